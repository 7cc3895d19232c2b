//! Work and promotion: nlsy79, ricci.

use super::*;

pub(super) static NLSY79: DataSet = DataSet {
    name: "nlsy79",
    title: "National longitudinal survey of youth 1979",
    description: "Persons who were 14 to 22 years old in 1979; predict the income of 1990.",
    tasks: &[Task::Regression],
    licence: "MIT (prepared table); the survey is public data of the US government",
    page: "https://www.nlsinfo.org",
    citation: "US Bureau of Labor Statistics, National Longitudinal Survey of Youth 1979; prepared in Scutari, R \
               package fairml",
    files: &[data(
        "nlsy79.csv",
        "6109e3961ad009682ebf0cb5c186211ca6652f9b9247d500cec50df39e493b83",
        397_742,
        table(4_908, 18, csv(b',', EMPTY)),
        Origin::ByHand,
    )],
    parts: &[part(
        "all",
        "all respondents",
        &["nlsy79.csv"],
        &[outcome("the income of 1990, in 10,000 USD", "income90", &[], &["gender", "race"])],
    )],
    notes: &[
        "Written as CSV from the object `national.longitudinal.survey` of the R package fairml 0.8, values unchanged; \
         another writer's bytes, and so the checksum, may differ.",
        "The usual regression leaves out income96 and income06.",
        "29 values of race; the smallest groups have 2 rows. grade90 and genhealth are ordered.",
    ],
};

const RICCI_SENSITIVE: &[&str] = &["Race"];

pub(super) static RICCI: DataSet = DataSet {
    name: "ricci",
    title: "Ricci v. DeStefano",
    description: "Candidates of the 2003 promotion examination of New Haven's fire department; who passes.",
    tasks: &[Task::Binary, Task::FinishedScore],
    licence: "none stated",
    page: "https://github.com/algofairness/fairness-comparison",
    citation: "Miao (2010), Did the results of promotion exams have a disparate impact on minorities?, Journal of \
               Statistics Education 18(3)",
    files: &[
        data(
            "ricci.csv",
            "f6f7eb66c88f5ec047c81cd0d1bf68536988c38b9212715c33109f1f08592b29",
            3_320,
            table(118, 5, csv(b',', EMPTY)),
            Origin::Download(&[at(
                "https://raw.githubusercontent.com/algofairness/fairness-comparison/master/fairness/data/raw/ricci.csv",
            )]),
        ),
        description(
            "ricci.txt",
            "3ec52ed954fd930770a3f2261cfff4146d9579f66cca295a4292bf8ee6c03ec1",
            3_260,
            Origin::Download(&[at(
                "https://raw.githubusercontent.com/algofairness/fairness-comparison/master/fairness/data/raw/ricci.txt",
            )]),
        ),
    ],
    parts: &[part(
        "all",
        "all candidates",
        &["ricci.csv"],
        &[SuggestedAudit {
            audited: Audited::Score { column: "Combine", threshold: Some(70.0) },
            ..outcome("who passes with 70 points", "Combine", &[], RICCI_SENSITIVE)
        }],
    )],
    notes: &[
        "Combine = 0.6 Written + 0.4 Oral; 70 points pass: W 60.29 % of 68, B 33.33 % of 27, H 26.09 % of 23.",
        "There is no outcome beyond the score itself: audit who passes, or the score's law.",
    ],
};
