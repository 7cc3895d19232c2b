//! Justice and policing: communities_crime, compas.

use super::*;

const COMMUNITIES_URL: &str = "https://archive.ics.uci.edu/static/public/183/communities+and+crime.zip";

pub(super) static COMMUNITIES_CRIME: DataSet = DataSet {
    name: "communities_crime",
    title: "Communities and crime",
    description: "US communities of the 1990 census; predict violent crimes per head.",
    tasks: &[Task::Regression],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/183/communities+and+crime",
    citation: "Redmond (2002), Communities and Crime, UCI Machine Learning Repository, doi:10.24432/C53W3X",
    files: &[
        data(
            "communities.data",
            "d90d85bd66bad9a00fa0ed6c15ac017b5966d528e55ba2940ad028d071353f95",
            1_100_821,
            table(1_994, 128, plain(b',', columns::COMMUNITIES_CRIME)),
            Origin::Download(&[
                within(COMMUNITIES_URL, &["communities.data"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/communities/communities.data"),
            ]),
        ),
        description(
            "communities.names",
            "d4c5560c798d2c723d4455cdea7c87be59a10327dee20ef175a17eaea1445827",
            27_173,
            Origin::Download(&[
                within(COMMUNITIES_URL, &["communities.names"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/communities/communities.names"),
            ]),
        ),
    ],
    parts: &[part(
        "all",
        "all communities",
        &["communities.data"],
        &[outcome(
            "violent crimes per head, scaled to [0, 1]",
            "ViolentCrimesPerPop",
            &[],
            &["racepctblack"],
        )],
    )],
    notes: &[
        "racepctblack is a number: make groups by a cut, customarily the median (0.06).",
        "22 police columns are missing in 1,675 rows each. The first five columns are not predictors.",
        "The copy in use has line feeds only; some copies have carriage returns and then another checksum.",
    ],
};

macro_rules! propublica {
    ($file:literal) => {
        Origin::Download(&[
            at(concat!("https://raw.githubusercontent.com/propublica/compas-analysis/master/", $file)),
            at(concat!(
                "https://raw.githubusercontent.com/propublica/compas-analysis/",
                "bafff5da3f2e45eca6c2d5055faad269defd135a/",
                $file
            )),
        ])
    };
}

const COMPAS_SENSITIVE: &[&str] = &["race", "sex", "age_cat"];

pub(super) static COMPAS: DataSet = DataSet {
    name: "compas",
    title: "COMPAS recidivism scores, Broward County",
    description: "Defendants of 2013 and 2014 with a risk score; were they charged again within two years?",
    tasks: &[Task::Binary, Task::FinishedScore],
    licence: "none stated",
    page: "https://github.com/propublica/compas-analysis",
    citation: "Larson, Mattu, Kirchner, Angwin (2016), How we analyzed the COMPAS recidivism algorithm, ProPublica",
    files: &[
        data(
            "compas-scores-two-years.csv",
            "c451db85908b2f7fef1d83203bedf6b71ecda0d5af468d82ae62178f91d0cc7d",
            2_546_489,
            table(7_214, 53, csv(b',', EMPTY)),
            propublica!("compas-scores-two-years.csv"),
        ),
        data(
            "compas-scores-two-years-violent.csv",
            "918e218ba181d4db8a7266977d23ca7a5ecf1bc7d5defd7b2f27bf3cbd9763e3",
            1_603_205,
            table(4_743, 54, csv(b',', EMPTY)),
            propublica!("compas-scores-two-years-violent.csv"),
        ),
    ],
    parts: &[
        part(
            "two-years",
            "any new charge within two years",
            &["compas-scores-two-years.csv"],
            &[
                SuggestedAudit {
                    audited: Audited::Prediction { column: "score_text", positive: &["Medium", "High"] },
                    ..outcome(
                        "medium or high risk, as in ProPublica's table",
                        "two_year_recid",
                        &["1"],
                        COMPAS_SENSITIVE,
                    )
                },
                SuggestedAudit {
                    audited: Audited::Score { column: "decile_score", threshold: Some(5.0) },
                    ..outcome("the score in ten steps", "two_year_recid", &["1"], COMPAS_SENSITIVE)
                },
            ],
        ),
        part(
            "violent",
            "a new charge of violence within two years",
            &["compas-scores-two-years-violent.csv"],
            &[SuggestedAudit {
                audited: Audited::Prediction { column: "v_score_text", positive: &["Medium", "High"] },
                ..outcome("medium or high risk of violence", "two_year_recid", &["1"], COMPAS_SENSITIVE)
            }],
        ),
    ],
    notes: &[
        "The rows name real people: never print them.",
        "decile_score and priors_count occur twice in the header, in the violent file two_year_recid too; the copies \
         of decile_score hold the same values, as do those of two_year_recid and priors_count.",
        "With Medium or High as prediction: African-American false positive rate 44.85 %, false negative rate \
         27.99 %; Caucasian 23.45 % and 47.72 %, as ProPublica published.",
        "ProPublica's filter (screening within 30 days of the arrest, and other conditions) keeps 6,172 of 7,214 \
         rows; it is not applied here.",
    ],
};
