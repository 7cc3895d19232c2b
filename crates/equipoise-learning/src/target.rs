//! What is predicted: yes or no, one of several classes, or a number.

use equipoise::{
    groups::Label,
    sample::Argument,
    stats::{Classes, ClassesError},
};

/// What a model predicts, in the user's own labels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Yes or no: positive where the score is above 0.
    Binary {
        /// The labels that are not positive.
        negative: Vec<String>,
        /// The labels that are.
        positive: Vec<String>,
    },
    /// One of several classes, in order; the one with the largest score, the first of equals.
    Classes(Vec<String>),
    /// A number: the score itself.
    Number,
    /// Nothing: the columns are transformed.
    Transformed,
}

impl Target {
    /// Returns yes or no from two labels.
    pub fn binary(negative: impl Into<String>, positive: impl Into<String>) -> Self {
        Self::Binary { negative: vec![negative.into()], positive: vec![positive.into()] }
    }

    /// Returns the word for it: `binary`, `multiclass`, `regression`, `transformation`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Binary { .. } => "binary",
            Self::Classes(_) => "multiclass",
            Self::Number => "regression",
            Self::Transformed => "transformation",
        }
    }

    /// Returns how many scores a model needs for it.
    pub fn n_scores(&self) -> usize {
        match self {
            Self::Classes(classes) => classes.len(),
            Self::Transformed => 0,
            Self::Binary { .. } | Self::Number => 1,
        }
    }

    /// Returns what is written for each class: of yes or no the negative first. Of a side of several labels one stands
    /// for all where all others begin with it (`>50K` and `>50K.`); else it is written as what it is not, where the other
    /// side has one label, else as all of them.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::Binary { negative, positive } => vec![side(negative, positive), side(positive, negative)],
            Self::Classes(classes) => classes.clone(),
            Self::Number | Self::Transformed => Vec::new(),
        }
    }
}

fn side(own: &[String], other: &[String]) -> String {
    let begins_all = |label: &&String| own.iter().all(|other| other.starts_with(label.as_str()));
    if let Some(stem) = own.iter().find(begins_all) {
        return stem.clone();
    }
    match (own, other) {
        (_, [other]) => format!("not {other}"),
        _ => own.join("|"),
    }
}

/// Returns yes or no, and for each of some labels whether it is positive. The labels must not be missing.
pub(crate) fn binary(labels: &[Label], positive: &[String]) -> Result<(Target, Vec<bool>), ClassesError> {
    let classes = Classes::of_labels(Argument::Target, labels, positive)?;
    let is_positive: Vec<bool> = classes.of_level().iter().map(|&class| class == 1).collect();
    let of = |wanted: bool| {
        let mut labels: Vec<&Label> = labels
            .iter()
            .zip(&is_positive)
            .filter(|(_, is)| **is == wanted)
            .map(|(label, _)| label)
            .collect();
        labels.sort();
        labels.iter().map(ToString::to_string).collect::<Vec<String>>()
    };
    Ok((Target::Binary { negative: of(false), positive: of(true) }, is_positive))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(negative: &[&str], positive: &[&str]) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Target::Binary { negative: texts(negative), positive: texts(positive) }.labels()
    }

    #[test]
    fn several_labels_are_named_by_the_other_side() {
        assert_eq!(labels(&["no"], &["yes"]), ["no", "yes"]);
        assert_eq!(labels(&["low"], &["high", "medium"]), ["low", "not low"]);
        assert_eq!(labels(&["a", "b"], &["c", "d"]), ["a|b", "c|d"]);
        assert_eq!(labels(&["<=50K", "<=50K."], &[">50K", ">50K."]), ["<=50K", ">50K"]);
    }

    #[test]
    fn labels_that_say_it_themselves_need_no_name() {
        let labels = [Label::new("True"), Label::new("False")];
        let (target, positive) = binary(&labels, &[]).unwrap();
        assert_eq!(target, Target::binary("False", "True"));
        assert_eq!(positive, [true, false]);
        assert!(binary(&[Label::new("good"), Label::new("bad")], &[]).is_err());
    }
}
