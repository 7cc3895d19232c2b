//! Census and survey data: acs_2018, adult, dutch_census, kdd_census_income.

use super::*;

// The copies that the Aequitas project publishes of the tasks of Ding et al.
macro_rules! folktables {
    ($file:literal) => {
        Origin::Download(&[at(concat!(
            "https://raw.githubusercontent.com/dssg/aequitas/master/datasets/FolkTables/",
            $file
        ))])
    };
}

const ACS_SENSITIVE: &[&str] = &["SEX", "RAC1P"];

pub(super) static ACS_2018: DataSet = DataSet {
    name: "acs_2018",
    title: "American Community Survey 2018, tasks of folktables",
    description: "Persons of the 2018 one-year survey of all states; predict income, public health cover or moving.",
    tasks: &[Task::Binary, Task::Regression],
    licence: "US Census Bureau public use data",
    page: "https://github.com/socialfoundations/folktables",
    citation: "Ding, Hardt, Miller, Schmidt (2021), Retiring Adult: New Datasets for Fair Machine Learning, NeurIPS",
    files: &[
        data(
            "ACSIncome.test.parquet",
            "050a84d27232b70c14992ce996c9cd04fa1c6eccc8e1394760b6de3e01de9fc5",
            4_109_137,
            table(332_900, 12, parquet()),
            folktables!("ACSIncome.test.parquet"),
        ),
        data(
            "ACSIncome.validation.parquet",
            "cbe16ab9be0996473f132d3a7fafe456e7db6cb3b63c4d1fcc74e3e92b0bcef2",
            4_110_454,
            table(332_900, 12, parquet()),
            folktables!("ACSIncome.validation.parquet"),
        ),
        data(
            "ACSPublicCoverage.test.parquet",
            "f2f1baaf49673cd31d031633a709a97d8884bef8e92dbb4c9b346ddc95e1daab",
            2_836_339,
            table(227_658, 20, parquet()),
            folktables!("ACSPublicCoverage.test.parquet"),
        ),
        data(
            "ACSPublicCoverage.validation.parquet",
            "fc804a92fc3dece9e3af1d1fab9097fe00f80394c6d261b9eb7f2e72d7b4de2b",
            2_834_897,
            table(227_658, 20, parquet()),
            folktables!("ACSPublicCoverage.validation.parquet"),
        ),
        data(
            "ACSMobility.test.parquet",
            "58514229d757ed36387669a68eb34afa637b0df5d4dd2fbe2577219cac95a662",
            1_901_502,
            table(124_188, 23, parquet()),
            folktables!("ACSMobility.test.parquet"),
        ),
        data(
            "ACSMobility.validation.parquet",
            "4e8e4df59de78d38795cb0e802026be59d8e9a16c80da63ae7200d1c7a824f0b",
            1_903_181,
            table(124_187, 23, parquet()),
            folktables!("ACSMobility.validation.parquet"),
        ),
    ],
    parts: &[
        part(
            "ACSIncome",
            "income over 50,000 USD; test and validation part",
            &["ACSIncome.test.parquet", "ACSIncome.validation.parquet"],
            &[outcome("who earns more than 50,000 USD", "PINCP", &["1"], ACS_SENSITIVE)],
        ),
        part(
            "ACSPublicCoverage",
            "public health insurance; test and validation part",
            &["ACSPublicCoverage.test.parquet", "ACSPublicCoverage.validation.parquet"],
            &[outcome("who has public health insurance", "PUBCOV", &["1"], ACS_SENSITIVE)],
        ),
        part(
            "ACSMobility",
            "same address a year ago; test and validation part",
            &["ACSMobility.test.parquet", "ACSMobility.validation.parquet"],
            &[
                outcome("who lives where they lived a year ago: almost no gap", "MIG", &["1"], ACS_SENSITIVE),
                outcome("income in USD", "PINCP", &[], ACS_SENSITIVE),
            ],
        ),
    ],
    notes: &[
        "The published test and validation parts (20 % each) of the tasks: 665,800 of 1,664,500 rows of ACSIncome, \
         455,316 of 1,138,289 of ACSPublicCoverage, 248,375 of 620,937 of ACSMobility.",
        "SEX: 1 male, 2 female. RAC1P is the survey's code minus 1: 0 White, 1 Black, 2 to 4 American Indian and \
         Alaska Native codes, 5 Asian, 6 Pacific Islander, 7 other, 8 two or more.",
        "PINCP is 0 or 1 in ACSIncome and an amount in USD in ACSMobility. Missing values were set to 0.",
        "Codes are stored as floating-point numbers. The column `index` is the row number in the whole set.",
    ],
};

const ADULT_URL: &str = "https://archive.ics.uci.edu/static/public/2/adult.zip";
const ADULT_READING: Reading = Reading { trim: true, ..plain(b',', columns::ADULT) };

// Several audits of the same rows: the parts share them.
const ADULT_AUDITS: &[SuggestedAudit] = &[
    SuggestedAudit {
        audited: Audited::Score { column: "education-num", threshold: Some(13.0) },
        ..outcome(
            "years of schooling of at least 13 (a bachelor's degree) as rule for income",
            "income",
            &[">50K", ">50K."],
            &["sex", "race"],
        )
    },
    outcome("who earns more than 50,000 USD", "income", &[">50K", ">50K."], &["sex", "race"]),
];

pub(super) static ADULT: DataSet = DataSet {
    name: "adult",
    title: "Adult (census income)",
    description: "Working adults of the 1994 US census survey; predict an income over 50,000 USD.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/2/adult",
    citation: "Becker, Kohavi (1996), Adult, UCI Machine Learning Repository, doi:10.24432/C5XW20",
    files: &[
        data(
            "adult.data",
            "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",
            3_974_305,
            table(32_561, 15, ADULT_READING),
            Origin::Download(&[
                within(ADULT_URL, &["adult.data"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/adult/adult.data"),
            ]),
        ),
        data(
            "adult.test",
            "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05",
            2_003_153,
            table(16_281, 15, Reading { skip_rows: 1, ..ADULT_READING }),
            Origin::Download(&[
                within(ADULT_URL, &["adult.test"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/adult/adult.test"),
            ]),
        ),
        description(
            "adult.names",
            "c248284c0b5de30c9e1958d6cdd168a34a654758b620e68f46aefa83fc0a576a",
            5_229,
            Origin::Download(&[
                within(ADULT_URL, &["adult.names"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/adult/adult.names"),
            ]),
        ),
    ],
    parts: &[
        part("all", "train and test together", &["adult.data", "adult.test"], ADULT_AUDITS),
        part("train", "the published training part", &["adult.data"], ADULT_AUDITS),
        part("test", "the published test part", &["adult.test"], ADULT_AUDITS),
    ],
    notes: &[
        "adult.test has a comment on line 1 and a full stop after each label: `>50K.` beside `>50K`.",
        "An income over 50,000 USD: women 10.95 % of 10,771, men 30.57 % of 21,790 (training part).",
        "workclass, occupation and native-country have missing values, in 2,399 rows of the training part and \
         1,221 of the test part.",
        "fnlwgt is a sampling weight that is comparable within a state only; it is customarily not used.",
    ],
};

const DUTCH_CSV: &str =
    "https://raw.githubusercontent.com/tailequy/fairness_dataset/main/experiments/data/dutch.csv";
const DUTCH_ARFF: &str =
    "https://raw.githubusercontent.com/tailequy/fairness_dataset/main/Dutch_census/dutch_census_2001.arff";

pub(super) static DUTCH_CENSUS: DataSet = DataSet {
    name: "dutch_census",
    title: "Dutch census 2001",
    description: "Persons of the Dutch Virtual Census of 2001; predict a high-level occupation.",
    tasks: &[Task::Binary],
    licence: "none stated",
    page: "https://github.com/tailequy/fairness_dataset",
    citation: "Statistics Netherlands, Dutch Virtual Census 2001; prepared in Le Quy et al. (2022), A survey on \
               datasets for fairness-aware machine learning, doi:10.1002/widm.1452",
    files: &[
        data(
            "dutch.csv",
            "c0e1df7e2ca07fa84aa99b5565c7b782a381e2fab377648a6d920174d04ce090",
            2_316_287,
            table(60_420, 12, csv(b',', EMPTY)),
            Origin::Download(&[at(DUTCH_CSV)]),
        ),
        foreign(
            "dutch_census_2001.arff",
            "0e7e3f32668919c239db820f625815e1ea834c71402cdea595e03ef08c8616ef",
            2_199_278,
            Origin::Download(&[at(DUTCH_ARFF)]),
        ),
    ],
    parts: &[part(
        "all",
        "all rows",
        &["dutch.csv"],
        &[outcome("who has a high-level occupation", "occupation", &["1"], &["sex"])],
    )],
    notes: &[
        "A high-level occupation: women 32.71 % of 30,273, men 62.56 % of 30,147.",
        "dutch_census_2001.arff holds the same rows in the same order with codes (sex: 1 male, 2 female; occupation: \
         2_1 high); equipoise reads dutch.csv.",
    ],
};

const KDD_URL: &str = "https://archive.ics.uci.edu/static/public/117/census+income+kdd.zip";

pub(super) static KDD_CENSUS_INCOME: DataSet = DataSet {
    name: "kdd_census_income",
    title: "Census-Income (KDD), test part",
    description: "Persons of the 1994 and 1995 US population surveys; predict a total income over 50,000 USD.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/117/census+income+kdd",
    citation: "Lane, Kohavi (2000), Census-Income (KDD), UCI Machine Learning Repository, doi:10.24432/C5N30T",
    files: &[
        data(
            "census-income.test.gz",
            "5ac4cacd3ca9f1ecb10de1a0a41e4ac68fdc419e3fec190f5c0c6cc03b2ea659",
            3_261_416,
            table(99_762, 42, Reading { trim: true, ..plain(b',', columns::KDD_CENSUS_INCOME) }),
            Origin::Download(&[
                at(
                    "https://archive.ics.uci.edu/ml/machine-learning-databases/census-income-mld/census-income.test.gz",
                ),
                within(KDD_URL, &["census-income.test.gz"]),
            ]),
        ),
        description(
            "census-income.names",
            "49fdd65078ce72c3a6ccdb96a702773fbe4cf352a7ad2c86dbb7f520455476c5",
            15_035,
            Origin::Download(&[
                at(
                    "https://archive.ics.uci.edu/ml/machine-learning-databases/census-income-mld/census-income.names",
                ),
                within(KDD_URL, &["census-income.names"]),
            ]),
        ),
    ],
    parts: &[part(
        "test",
        "the published test part",
        &["census-income.test.gz"],
        &[SuggestedAudit {
            weight: Some(Weight { column: "instance_weight", kind: WeightKind::Sampling }),
            ..outcome("who earns more than 50,000 USD", "income", &["50000+."], &["sex", "race"])
        }],
    )],
    notes: &[
        "The published test part only: 99,762 of 299,285 rows.",
        "instance_weight (column 25) says how many people a row stands for; it is a weight, never an input.",
        "`Not in universe` is a level of its own; `?` is missing.",
        "`50000+.`: 6,186 rows (6.20 %), women 2.52 % of 51,791, men 10.17 % of 47,971, unweighted.",
        "Column names are those of census-income.names with `_` for blanks.",
    ],
};
