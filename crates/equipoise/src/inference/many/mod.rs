//! Many groups: simultaneous critical values, the bias of the largest gap, spread, shrinkage, and the worst pair.

mod critical;
mod draws;
mod quadrature;
mod shrinkage;
mod spread;
mod worst;

pub use critical::{scheffe_multiplier, z_bonferroni, z_sidak, z_tukey_all_pairs};
pub use draws::{
    AtEquality, Draws, Family, N_DRAWS, N_GROUPS_MAX, deviation_se, expected_range_of_normals,
    worst_at_equality,
};
pub use shrinkage::{Shrunken, eb_shrinkage, hb_shrinkage};
pub use spread::{
    Spread, between_group_variance, between_group_variance_interval, chi2_homogeneity, q_profile,
    rate_variance,
};
pub use worst::{
    worst_gap, worst_gap_by_groups, worst_gap_of_values, worst_ratio, worst_ratio_by_groups,
    worst_ratio_of_values,
};
