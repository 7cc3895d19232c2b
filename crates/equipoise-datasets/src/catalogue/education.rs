//! Schools and universities: berkeley, law_school, oulad, school_ilea, student_performance.

use super::*;
use crate::berkeley;

pub(super) static BERKELEY: DataSet = DataSet {
    name: "berkeley",
    title: "Berkeley graduate admissions, autumn 1973",
    description: "Applicants to the six largest departments; who is admitted.",
    tasks: &[Task::FinishedScore],
    licence: "facts in a published table; part of equipoise",
    page: "https://doi.org/10.1126/science.187.4175.398",
    citation: "Bickel, Hammel, O'Connell (1975), Sex bias in graduate admissions: data from Berkeley, Science 187:398",
    files: &[data(
        "berkeley.csv",
        "01b8cbb89646e510ecd13cb01293591b97359f2bee269c3ca0b65da9722ed35f",
        377,
        table(24, 4, csv(b',', EMPTY)),
        Origin::Embedded(berkeley::CSV),
    )],
    parts: &[part(
        "all",
        "4,526 applicants as 24 rows with counts",
        &["berkeley.csv"],
        &[SuggestedAudit {
            weight: Some(Weight { column: "applicants", kind: WeightKind::Frequency }),
            strata: &["department"],
            ..outcome("who is admitted", "admitted", &["yes"], &["gender"])
        }],
    )],
    notes: &[
        "Pooled, 44.5 % of 2,691 men and 30.4 % of 1,835 women are admitted; within departments the gap all but \
         vanishes, because women applied to departments that admit few.",
        "Rows carry counts: read `applicants` as frequency weight.",
    ],
};

const LAW_SENSITIVE: &[&str] = &["race1", "gender"];

pub(super) static LAW_SCHOOL: DataSet = DataSet {
    name: "law_school",
    title: "LSAC national longitudinal bar passage study",
    description: "Students who entered US law schools in 1991; predict first-year grades or passing the bar.",
    tasks: &[Task::Binary, Task::Regression, Task::FinishedScore],
    licence: "none stated",
    page: "http://www.seaphe.org/databases.php",
    citation: "Wightman (1998), LSAC National Longitudinal Bar Passage Study, LSAC Research Report Series",
    files: &[
        data(
            "bar_pass_prediction.csv",
            "76ebfdb0427ce8db038d53fa5943180ac77096bffb8264f000ed21e9f0ec82f2",
            3_512_800,
            table(22_407, 38, csv(b',', EMPTY)),
            Origin::Download(&[at(
                "https://storage.googleapis.com/lawschool_dataset/bar_pass_prediction.csv",
            )]),
        ),
        data(
            "lsac.csv",
            "aa02772e678cfde1a50c5ab64e049f6c840b96f5919ab894d3222a9009eeb55b",
            3_944_453,
            table(27_478, 36, Reading { trim: true, ..csv(b',', EMPTY) }),
            Origin::ByHand,
        ),
        data(
            "law_school_clean.csv",
            "23c1b173f3480beb7afc4957b107a9917dfc4a8dc9d87ea6034ec35222152452",
            1_135_557,
            table(20_798, 12, csv(b',', EMPTY)),
            Origin::Download(&[at(
                "https://raw.githubusercontent.com/tailequy/fairness_dataset/main/experiments/data/law_school_clean.csv",
            )]),
        ),
        data(
            "law_data.csv",
            "cbf494af5e0ac317015cf64945a20587c08ec77118e183d3ddb0026719956d88",
            1_087_804,
            table(21_791, 9, csv(b',', EMPTY)),
            Origin::ByHand,
        ),
    ],
    parts: &[
        part(
            "bar_pass_prediction",
            "22,407 students with a published network's predictions",
            &["bar_pass_prediction.csv"],
            &[
                SuggestedAudit {
                    audited: Audited::Score { column: "dnn_bar_pass_prediction", threshold: Some(0.5) },
                    ..outcome("a network's prediction of passing the bar", "pass_bar", &["1"], LAW_SENSITIVE)
                },
                SuggestedAudit {
                    audited: Audited::Score { column: "ugpa", threshold: None },
                    has_gaps: true,
                    ..outcome(
                        "undergraduate grades as predictor of first-year grades",
                        "zfygpa",
                        &[],
                        LAW_SENSITIVE,
                    )
                },
                outcome("who passes the bar eventually", "pass_bar", &["1"], LAW_SENSITIVE),
            ],
        ),
        part(
            "lsac",
            "all 27,478 students, with missing outcomes",
            &["lsac.csv"],
            &[SuggestedAudit {
                has_gaps: true,
                ..outcome("who passes the bar eventually", "pass_bar", &["1"], LAW_SENSITIVE)
            }],
        ),
        part(
            "law_school_clean",
            "20,798 complete rows, two races",
            &["law_school_clean.csv"],
            &[
                outcome("who passes the bar at the first attempt", "pass_bar", &["1.0"], &["race", "male"]),
                outcome("first-year grades", "zfygpa", &[], &["race", "male"]),
            ],
        ),
        part(
            "law_data",
            "21,791 rows of the counterfactual-fairness literature, eight races",
            &["law_data.csv"],
            &[
                outcome("who passes the bar at the first attempt", "first_pf", &["1.0"], &["race", "sex"]),
                outcome("first-year grades", "ZFYA", &[], &["race", "sex"]),
            ],
        ),
    ],
    notes: &[
        "One study in four customary forms; they are not the same rows.",
        "pass_bar means passing eventually in lsac.csv and bar_pass_prediction.csv, but passing at the first attempt \
         in law_school_clean.csv: those who passed the second time count as 0 there.",
        "lsac.csv writes missing values as nothing or as one blank.",
        "The first column of law_data.csv has no name; it is a row number. sex: 1 women, 2 men.",
        "No stable address of exactly these bytes is known for lsac.csv and law_data.csv.",
    ],
};

pub(super) static OULAD: DataSet = DataSet {
    name: "oulad",
    title: "Open University learning analytics, cleaned",
    description: "Course registrations of distance-learning students in 2013 and 2014; predict passing the course.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://analyse.kmi.open.ac.uk/open_dataset",
    citation: "Kuzilek, Hlosta, Zdrahal (2017), Open University Learning Analytics dataset, Scientific Data 4, \
               doi:10.1038/sdata.2017.171; prepared in Le Quy et al. (2022), doi:10.1002/widm.1452",
    files: &[data(
        "oulad_clean.csv",
        "79da53cda30ae6fbe069c6bfd8d6d36f3235ca13e06954ba4fc78f1124d6eeac",
        1_709_070,
        table(21_562, 12, csv(b',', EMPTY)),
        Origin::Download(&[at(
            "https://raw.githubusercontent.com/tailequy/fairness_dataset/main/experiments/data/oulad_clean.csv",
        )]),
    )],
    parts: &[part(
        "all",
        "all registrations",
        &["oulad_clean.csv"],
        &[outcome("who passes", "final_result", &["Pass"], &["gender", "disability", "age_band"])],
    )],
    notes: &[
        "A cleaned table: withdrawn students removed, distinctions counted as pass.",
        "21,562 registrations of 20,316 students: rows of one student are not independent (id_student).",
    ],
};

pub(super) static SCHOOL_ILEA: DataSet = DataSet {
    name: "school_ilea",
    title: "Inner London schools (ILEA)",
    description: "Pupils of 139 London schools from 1985 to 1987; predict the examination score.",
    tasks: &[Task::Regression],
    licence: "none stated",
    page: "https://github.com/jiayuzhou/MALSAR",
    citation: "Inner London Education Authority; Nuttall, Goldstein, Prosser, Rasbash (1989), Differential school \
               effectiveness, International Journal of Educational Research 13:769",
    files: &[
        data(
            "school.csv",
            "f9eda9d780179a250d390ff31bae345976fa770f4c0fc8b9f4a7923148a2b71d",
            982_688,
            table(15_362, 30, csv(b',', EMPTY)),
            Origin::ByHand,
        ),
        foreign(
            "school.mat",
            "57fb3238fdd03a9aa17276e2ce18d9bbb5d128c3261e794fe6233b58b6909068",
            44_759,
            Origin::Download(&[at(
                "https://raw.githubusercontent.com/jiayuzhou/MALSAR/master/data/school.mat",
            )]),
        ),
    ],
    parts: &[part(
        "all",
        "all pupils",
        &["school.csv"],
        &[outcome("the examination score", "exam_score", &[], &["female"])],
    )],
    notes: &[
        "school.csv holds the rows of school.mat in the same order, with `school` (1 to 139) first and `exam_score` \
         last; equipoise reads school.csv, which has to be written from school.mat by hand.",
        "Sex, ethnic group (eth_*), verbal-reasoning band (vr_band_*) and kind of school are indicator columns.",
        "Girls 7,953 (mean score 22.32), boys 7,409 (18.74).",
    ],
};

const STUDENT_URL: &str = "https://archive.ics.uci.edu/static/public/320/student+performance.zip";
const STUDENT_INNER: &str = "https://archive.ics.uci.edu/ml/machine-learning-databases/00320/student.zip";
const STUDENT_AUDITS: &[SuggestedAudit] = &[outcome("the final grade", "G3", &[], &["sex", "address"])];

pub(super) static STUDENT_PERFORMANCE: DataSet = DataSet {
    name: "student_performance",
    title: "Student performance",
    description: "Pupils of two Portuguese secondary schools; predict the final grade from 0 to 20.",
    tasks: &[Task::Regression],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/320/student+performance",
    citation: "Cortez (2008), Student Performance, UCI Machine Learning Repository, doi:10.24432/C5TG7T",
    files: &[
        data(
            "student-mat.csv",
            "e47f9ee225e1ee6e69b7564e6dac7123e80b8486677fe111f351964cef5dec80",
            56_993,
            table(395, 33, csv(b';', EMPTY)),
            Origin::Download(&[
                within(STUDENT_URL, &["student.zip", "student-mat.csv"]),
                within(STUDENT_INNER, &["student-mat.csv"]),
            ]),
        ),
        data(
            "student-por.csv",
            "a7594a11d7771c0efe1a740824e0e833da9c4cad07c39a9766a874575563fb3f",
            93_220,
            table(649, 33, csv(b';', EMPTY)),
            Origin::Download(&[
                within(STUDENT_URL, &["student.zip", "student-por.csv"]),
                within(STUDENT_INNER, &["student-por.csv"]),
            ]),
        ),
        description(
            "student.txt",
            "f8d3e734e237071312790ca667330c66d75e706317f8d5e2125c479d70e962c1",
            3_206,
            Origin::Download(&[
                within(STUDENT_URL, &["student.zip", "student.txt"]),
                within(STUDENT_INNER, &["student.txt"]),
            ]),
        ),
    ],
    parts: &[
        part("mathematics", "the course in mathematics", &["student-mat.csv"], STUDENT_AUDITS),
        part("portuguese", "the course in Portuguese", &["student-por.csv"], STUDENT_AUDITS),
    ],
    notes: &[
        "382 pupils are in both files, so the two are not read as one table.",
        "Grades are whole numbers: scores tie heavily. G1 and G2 are earlier grades of the same course.",
    ],
};
