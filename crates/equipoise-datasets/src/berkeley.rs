//! The graduate admissions of the University of California, Berkeley, autumn 1973: the six largest departments.
//!
//! Bickel, Hammel and O'Connell (1975), Science 187:398. Pooled over departments men are admitted far more often than
//! women; inside departments they are not. The whole table is twelve cells, so it is here, in three forms: [`CELLS`],
//! one [`Applicant`] a person by [`applicants`], and [`CSV`] with counts, which is what `dataset:berkeley` reads.

/// A gender as the source has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// Men.
    Men,
    /// Women.
    Women,
}

impl Gender {
    /// The label in [`CSV`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::Men => "men",
            Self::Women => "women",
        }
    }
}

/// The applicants of one gender to one department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// `A` to `F`, by falling size.
    pub department: char,
    /// Their gender.
    pub gender: Gender,
    /// How many were admitted.
    pub admitted: u32,
    /// How many were rejected.
    pub rejected: u32,
}

/// One person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// `A` to `F`.
    pub department: char,
    /// Their gender.
    pub gender: Gender,
    /// Were they admitted?
    pub admitted: bool,
}

/// The twelve cells, by department, men first.
#[rustfmt::skip]
pub const CELLS: [Cell; 12] = [
    Cell { department: 'A', gender: Gender::Men, admitted: 512, rejected: 313 },
    Cell { department: 'A', gender: Gender::Women, admitted: 89, rejected: 19 },
    Cell { department: 'B', gender: Gender::Men, admitted: 353, rejected: 207 },
    Cell { department: 'B', gender: Gender::Women, admitted: 17, rejected: 8 },
    Cell { department: 'C', gender: Gender::Men, admitted: 120, rejected: 205 },
    Cell { department: 'C', gender: Gender::Women, admitted: 202, rejected: 391 },
    Cell { department: 'D', gender: Gender::Men, admitted: 138, rejected: 279 },
    Cell { department: 'D', gender: Gender::Women, admitted: 131, rejected: 244 },
    Cell { department: 'E', gender: Gender::Men, admitted: 53, rejected: 138 },
    Cell { department: 'E', gender: Gender::Women, admitted: 94, rejected: 299 },
    Cell { department: 'F', gender: Gender::Men, admitted: 22, rejected: 351 },
    Cell { department: 'F', gender: Gender::Women, admitted: 24, rejected: 317 },
];

/// The table as text: `department,gender,admitted,applicants`, a row a department, gender and decision (`yes` or
/// `no`), 24 rows; `applicants` is a frequency weight.
#[rustfmt::skip]
pub const CSV: &str = concat!(
    "department,gender,admitted,applicants\n",
    "A,men,yes,512\n",
    "A,men,no,313\n",
    "A,women,yes,89\n",
    "A,women,no,19\n",
    "B,men,yes,353\n",
    "B,men,no,207\n",
    "B,women,yes,17\n",
    "B,women,no,8\n",
    "C,men,yes,120\n",
    "C,men,no,205\n",
    "C,women,yes,202\n",
    "C,women,no,391\n",
    "D,men,yes,138\n",
    "D,men,no,279\n",
    "D,women,yes,131\n",
    "D,women,no,244\n",
    "E,men,yes,53\n",
    "E,men,no,138\n",
    "E,women,yes,94\n",
    "E,women,no,299\n",
    "F,men,yes,22\n",
    "F,men,no,351\n",
    "F,women,yes,24\n",
    "F,women,no,317\n",
);

/// All 4,526 applicants, cell by cell, the admitted first.
pub fn applicants() -> impl Iterator<Item = Applicant> {
    CELLS.iter().flat_map(|cell| {
        let person = |admitted| Applicant { department: cell.department, gender: cell.gender, admitted };
        let count = |n| usize::try_from(n).expect("invariant: a cell has fewer than 1,000 applicants");
        std::iter::repeat_n(person(true), count(cell.admitted))
            .chain(std::iter::repeat_n(person(false), count(cell.rejected)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn totals_are_those_of_the_publication() {
        let sum = |gender, of: fn(&Cell) -> u32| -> u32 {
            CELLS.iter().filter(|cell| cell.gender == gender).map(of).sum()
        };
        assert_eq!(sum(Gender::Men, |cell| cell.admitted), 1198);
        assert_eq!(sum(Gender::Men, |cell| cell.rejected), 1493);
        assert_eq!(sum(Gender::Women, |cell| cell.admitted), 557);
        assert_eq!(sum(Gender::Women, |cell| cell.rejected), 1278);
        assert_eq!(applicants().count(), 4526);
        assert_eq!(applicants().filter(|person| person.admitted).count(), 1198 + 557);
    }

    #[test]
    fn the_text_is_the_cells() {
        let mut text = "department,gender,admitted,applicants\n".to_owned();
        for cell in CELLS {
            let (department, gender) = (cell.department, cell.gender.name());
            writeln!(text, "{department},{gender},yes,{}", cell.admitted).unwrap();
            writeln!(text, "{department},{gender},no,{}", cell.rejected).unwrap();
        }
        assert_eq!(text, CSV);
    }
}
