//! A method and its settings, by the names that all fronts have for them.
//!
//! `python/equipoise/_parameters.py` writes them as texts. Which there are, what is in range and what goes together is
//! decided in the library's table of methods.

use equipoise::methods::{Fairness, inprocessing::fair_erm::Plan, registry};
use pyo3::prelude::*;

use super::complaint::Complaint;

/// A method and its settings.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    method: String,
    settings: Vec<(String, String)>,
}

impl Asked {
    /// Returns the plan of a learner.
    pub(crate) fn plan(&self) -> Result<Plan, Complaint> {
        Ok(Plan::new(registry::parameters(&self.method, &self.settings)?)?)
    }

    /// Returns what is asked of the groups.
    pub(crate) fn fairness(&self) -> Result<Fairness, Complaint> {
        Ok(registry::fairness(&self.method, &self.settings)?)
    }

    /// Returns the name of the method.
    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// Returns the settings.
    pub(crate) fn into_settings(self) -> Vec<(String, String)> {
        self.settings
    }
}
