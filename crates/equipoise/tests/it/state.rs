//! The state file: round trips, hostile bytes, and the golden file of the first version.

use equipoise::stats::{Statistics, StatsError, state::StateError};
use proptest::prelude::*;

use crate::{
    state_law::{self, reseal},
    statistics::{any_rows, layout},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_state_reads_back_and_writes_the_same_bytes(rows in any_rows(), weighted in any::<bool>()) {
        let statistics = rows.statistics(&layout(weighted), false);
        let bytes = statistics.to_bytes();
        let back = Statistics::from_bytes(&bytes).unwrap();
        prop_assert_eq!(back.rows(), statistics.rows());
        prop_assert_eq!(back.to_bytes(), bytes);
    }

    #[test]
    fn a_changed_byte_is_noticed(rows in any_rows(), at in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut bytes = rows.statistics(&layout(true), false).to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Statistics::from_bytes(&bytes).is_err());
    }

    /// Behind a right checksum: whatever is accepted must be written back as it was read.
    #[test]
    fn forged_bytes_are_refused_or_canonical(
        rows in any_rows(), weighted in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = rows.statistics(&layout(weighted), false).to_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        state_law::check(&bytes);
    }

    #[test]
    fn a_cut_file_is_refused(rows in any_rows(), at in any::<prop::sample::Index>()) {
        let bytes = rows.statistics(&layout(true), false).to_bytes();
        prop_assert!(Statistics::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Statistics::from_bytes(&bytes).is_err());
        state_law::check(&bytes);
    }
}

fn small() -> Vec<u8> {
    let row = |i: u8| (i % 3, u16::from(i % 2), i % 2, i % 2, u8::from(i.is_multiple_of(3)));
    let n = 40;
    crate::statistics::Rows {
        sex: (0..n).map(|i| row(i).0).collect(),
        race: (0..n).map(|i| row(i).1).collect(),
        site: (0..n).map(|i| row(i).2).collect(),
        target: (0..n).map(|i| row(i).3).collect(),
        prediction: (0..n).map(|i| row(i).4).collect(),
        score: (0..n).map(|i| f64::from(i) / 8.0 - 1.0).collect(),
        weight: (0..n).map(|i| 0.1 * f64::from(i + 1)).collect(),
    }
    .statistics(&layout(true), false)
    .to_bytes()
}

/// States written by the first version must be readable for ever. If this fails, a new version number is due.
#[test]
fn the_golden_state_of_version_1_is_what_is_written_today() {
    let golden = include_bytes!("../reference/state-v1.equipoise");
    assert!(small() == golden, "the bytes of version 1 changed");
    let statistics = Statistics::from_bytes(golden).unwrap();
    assert_eq!(statistics.rows(), 40);
}

#[test]
fn a_newer_version_is_refused_by_name() {
    let mut bytes = small();
    bytes[8] = 2;
    reseal(&mut bytes);
    assert_eq!(Statistics::from_bytes(&bytes).unwrap_err(), StateError::NewerVersion { found: 2 });
}

#[test]
fn a_huge_length_allocates_nothing() {
    let mut bytes = small();
    // the count of sensitive attributes follows the task byte of the body
    bytes[37..45].copy_from_slice(&u64::MAX.to_le_bytes());
    reseal(&mut bytes);
    let error = Statistics::from_bytes(&bytes).unwrap_err();
    assert!(matches!(error, StateError::Damaged { what: "a length is larger than the file", .. }), "{error}");
}

#[test]
fn a_file_of_another_kind_is_said_to_be_none() {
    assert_eq!(Statistics::from_bytes(b"PAR1").unwrap_err(), StateError::NotAState);
    assert_eq!(Statistics::from_bytes(&[0; 100]).unwrap_err(), StateError::NotAState);
}

#[test]
fn rows_beyond_all_counting_are_refused_and_leave_the_statistics_as_they_were() {
    let mut statistics = Statistics::from_bytes(&small()).unwrap();
    let refused = (0..=64).find_map(|_| {
        let twin = statistics.clone();
        statistics.merge(&twin).err().map(|error| (error, twin))
    });
    let (error, before) = refused.unwrap();
    assert_eq!(error, StatsError::TooManyRows);
    assert_eq!(statistics.to_bytes(), before.to_bytes());
}
