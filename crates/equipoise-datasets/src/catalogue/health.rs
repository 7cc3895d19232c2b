//! Medicine: arrhythmia, diabetes_130, drug_consumption, heart_cleveland.

use super::*;

const ARRHYTHMIA_URL: &str = "https://archive.ics.uci.edu/static/public/5/arrhythmia.zip";

pub(super) static ARRHYTHMIA: DataSet = DataSet {
    name: "arrhythmia",
    title: "Cardiac arrhythmia",
    description: "Patients with an electrocardiogram; predict the absence or the kind of arrhythmia.",
    tasks: &[Task::Binary, Task::Multiclass],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/5/arrhythmia",
    citation: "Guvenir, Acar, Muderrisoglu, Quinlan (1998), Arrhythmia, UCI Machine Learning Repository, \
               doi:10.24432/C5BS32",
    files: &[
        data(
            "arrhythmia.data",
            "a7f0f4ca289a4c58b5ed85a9adb793189acd38425828ce3dfbb70adb45f30169",
            402_355,
            table(452, 280, plain(b',', columns::ARRHYTHMIA)),
            Origin::Download(&[
                within(ARRHYTHMIA_URL, &["arrhythmia.data"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/arrhythmia/arrhythmia.data"),
            ]),
        ),
        description(
            "arrhythmia.names",
            "54d57b696cf6c0a4b77ffac6e92254b789c0f5cadb42fba6e69ca3ac2f8cb061",
            5_850,
            Origin::Download(&[
                within(ARRHYTHMIA_URL, &["arrhythmia.names"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/arrhythmia/arrhythmia.names"),
            ]),
        ),
    ],
    parts: &[part(
        "all",
        "all patients",
        &["arrhythmia.data"],
        &[outcome("who has a normal electrocardiogram", "class", &["1"], &["sex"])],
    )],
    notes: &[
        "class: 1 normal (245), 2 to 16 kinds of arrhythmia; 11 to 13 do not occur.",
        "sex: 0 male (203, abnormal 58.13 %), 1 female (249, 35.74 %).",
        "280 columns for 452 rows; 17 columns are constant; j_angle is missing in 376 rows.",
        "The file has no column names; these follow the numbered list of arrhythmia.names.",
    ],
};

const DIABETES_URL: &str =
    "https://archive.ics.uci.edu/static/public/296/diabetes+130-us+hospitals+for+years+1999-2008.zip";
const DIABETES_LEGACY: &str =
    "https://archive.ics.uci.edu/ml/machine-learning-databases/00296/dataset_diabetes.zip";
const DIABETES_SENSITIVE: &[&str] = &["race", "gender", "age"];

pub(super) static DIABETES_130: DataSet = DataSet {
    name: "diabetes_130",
    title: "Diabetes in 130 US hospitals, 1999 to 2008",
    description: "Hospital stays of patients with diabetes; predict readmission within 30 days.",
    tasks: &[Task::Binary, Task::Multiclass],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/296/diabetes+130-us+hospitals+for+years+1999-2008",
    citation: "Clore, Cios, DeShazo, Strack (2014), Diabetes 130-US Hospitals for Years 1999-2008, UCI Machine \
               Learning Repository, doi:10.24432/C5230J",
    files: &[
        data(
            "diabetic_data.csv",
            "0689e7ec031237dc63031b938805c48377748761a3b26acab621567afa24df97",
            19_159_383,
            table(101_766, 50, csv(b',', &["", "?", "Unknown/Invalid"])),
            Origin::Download(&[
                within(DIABETES_URL, &["diabetic_data.csv"]),
                within(DIABETES_LEGACY, &["diabetic_data.csv"]),
            ]),
        ),
        description(
            "IDs_mapping.csv",
            "f1bb82b471cb34649352597572c9b1fb00bd27f77b9f5a22a03dc3eb1039749e",
            2_547,
            Origin::Download(&[
                within(DIABETES_URL, &["IDs_mapping.csv"]),
                within(DIABETES_LEGACY, &["IDs_mapping.csv"]),
            ]),
        ),
    ],
    parts: &[part(
        "all",
        "all stays",
        &["diabetic_data.csv"],
        &[
            outcome("who is readmitted within 30 days", "readmitted", &["<30"], DIABETES_SENSITIVE),
            outcome("readmission in three classes", "readmitted", &[], DIABETES_SENSITIVE),
        ],
    )],
    notes: &[
        "101,766 stays of 71,518 patients: rows of one patient are not independent (patient_nbr).",
        "readmitted: NO 54,864, >30 35,545, <30 11,357 (11.16 %).",
        "race is missing in 2,273 rows; `Unknown/Invalid` in gender (3 rows) is read as missing.",
        "The text `None` is a level of some columns, not a missing value.",
    ],
};

const DRUG_URL: &str = "https://archive.ics.uci.edu/static/public/373/drug+consumption+quantified.zip";

pub(super) static DRUG_CONSUMPTION: DataSet = DataSet {
    name: "drug_consumption",
    title: "Drug consumption (quantified)",
    description: "Respondents of an online survey; predict the use of each of 18 drugs from personality.",
    tasks: &[Task::Binary, Task::Multiclass],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/373/drug+consumption+quantified",
    citation: "Fehrman, Egan, Mirkes (2015), Drug Consumption (Quantified), UCI Machine Learning Repository, \
               doi:10.24432/C5TC7S",
    files: &[data(
        "drug_consumption.data",
        "67cba56cd0bd43a4fd6d9bd34cfe6f614f65d88e63b5907e5a8d6fd4f7758232",
        344_809,
        table(1_885, 32, Reading { missing: EMPTY, ..plain(b',', columns::DRUG_CONSUMPTION) }),
        Origin::Download(&[
            within(DRUG_URL, &["drug_consumption.data"]),
            at("https://archive.ics.uci.edu/ml/machine-learning-databases/00373/drug_consumption.data"),
        ]),
    )],
    parts: &[part(
        "all",
        "all respondents",
        &["drug_consumption.data"],
        &[
            outcome(
                "who ever used cannabis",
                "Cannabis",
                &["CL1", "CL2", "CL3", "CL4", "CL5", "CL6"],
                &["Gender", "Ethnicity", "Age"],
            ),
            outcome(
                "last use of cannabis in seven classes",
                "Cannabis",
                &[],
                &["Gender", "Ethnicity", "Age"],
            ),
        ],
    )],
    notes: &[
        "CL0 never used, CL1 over a decade ago, CL2 in the last decade, CL3 year, CL4 month, CL5 week, CL6 day.",
        "Attributes are numbers that stand for levels: Gender 0.48246 women (942), -0.48246 men (943); Ethnicity \
         -0.31685 White (1,720).",
        "Semer is a fictitious drug that catches over-claimers.",
    ],
};

const HEART_URL: &str = "https://archive.ics.uci.edu/static/public/45/heart+disease.zip";

pub(super) static HEART_CLEVELAND: DataSet = DataSet {
    name: "heart_cleveland",
    title: "Heart disease, Cleveland",
    description: "Patients examined at the Cleveland Clinic; predict heart disease.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/45/heart+disease",
    citation: "Janosi, Steinbrunn, Pfisterer, Detrano (1989), Heart Disease, UCI Machine Learning Repository, \
               doi:10.24432/C52P4X",
    files: &[data(
        "processed.cleveland.data",
        "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8",
        18_461,
        table(303, 14, plain(b',', columns::HEART_CLEVELAND)),
        Origin::Download(&[
            within(HEART_URL, &["processed.cleveland.data"]),
            at(
                "https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/processed.cleveland.data",
            ),
        ]),
    )],
    parts: &[part(
        "all",
        "all patients",
        &["processed.cleveland.data"],
        &[outcome("who has heart disease", "num", &["1", "2", "3", "4"], &["sex"])],
    )],
    notes: &[
        "num: 0 healthy (164), 1 to 4 diseased (139).",
        "sex is written 1.0 male (206, diseased 55.34 %) and 0.0 female (97, 25.77 %).",
    ],
};
