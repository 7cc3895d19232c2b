//! Credit and marketing: bank_marketing, credit_default, german_credit.

use super::*;

const BANK_URL: &str = "https://archive.ics.uci.edu/static/public/222/bank+marketing.zip";
const BANK_INNER: &str = "https://archive.ics.uci.edu/ml/machine-learning-databases/00222/bank.zip";

pub(super) static BANK_MARKETING: DataSet = DataSet {
    name: "bank_marketing",
    title: "Bank marketing",
    description: "Clients called by a Portuguese bank from 2008 to 2010; predict who subscribes a term deposit.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/222/bank+marketing",
    citation: "Moro, Rita, Cortez (2014), Bank Marketing, UCI Machine Learning Repository, doi:10.24432/C5K306",
    files: &[
        data(
            "bank-full.csv",
            "d1513ec63b385506f7cfce9f2c5caa9fe99e7ba4e8c3fa264b3aaf0f849ed32d",
            4_610_348,
            table(45_211, 17, csv(b';', &["", "unknown"])),
            Origin::Download(&[
                within(BANK_URL, &["bank.zip", "bank-full.csv"]),
                within(BANK_INNER, &["bank-full.csv"]),
            ]),
        ),
        description(
            "bank-names.txt",
            "3899a77082573ed676a7dfce3765a5307915c7f11b1fe2f6f55fd3c5467c12f7",
            3_864,
            Origin::Download(&[
                within(BANK_URL, &["bank.zip", "bank-names.txt"]),
                within(BANK_INNER, &["bank-names.txt"]),
            ]),
        ),
    ],
    parts: &[part(
        "all",
        "all calls, by date",
        &["bank-full.csv"],
        &[outcome("who subscribes", "y", &["yes"], &["marital", "age"])],
    )],
    notes: &[
        "`unknown` means missing: poutcome 36,959, contact 13,020, education 1,857, job 288.",
        "Customary groups by age: under 25 or over 60 (1,997 rows, 35.50 % yes) against the rest (10.60 %).",
        "duration is known only after the call and is customarily not used as an input.",
    ],
};

pub(super) static CREDIT_DEFAULT: DataSet = DataSet {
    name: "credit_default",
    title: "Default of credit card clients",
    description: "Credit card clients in Taiwan in 2005; predict default on the next month's payment.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/350/default+of+credit+card+clients",
    citation: "Yeh (2009), Default of Credit Card Clients, UCI Machine Learning Repository, doi:10.24432/C55S3H",
    files: &[data(
        "default_of_credit_card_clients.csv",
        "4edce6da569b2c30788a85fd98a9bafb1a983e8ca1a7aac875dd7ff853cbd0bb",
        2_867_208,
        table(30_000, 25, csv(b',', EMPTY)),
        Origin::ByHand,
    )],
    parts: &[part(
        "all",
        "all clients",
        &["default_of_credit_card_clients.csv"],
        &[outcome("who defaults", "default payment next month", &["1"], &["SEX", "EDUCATION", "MARRIAGE"])],
    )],
    notes: &[
        "Published as a spreadsheet: save its sheet as CSV without the coded header line (X1, X2, ...).",
        "SEX: 1 male (11,888, default 24.17 %), 2 female (18,112, 20.78 %).",
        "EDUCATION 0, 5 and 6 and MARRIAGE 0 are undocumented. ID is a row number.",
    ],
};

const GERMAN_URL: &str = "https://archive.ics.uci.edu/static/public/144/statlog+german+credit+data.zip";

pub(super) static GERMAN_CREDIT: DataSet = DataSet {
    name: "german_credit",
    title: "German credit (Statlog)",
    description: "Applicants for credit at a German bank; predict a good or bad credit risk.",
    tasks: &[Task::Binary],
    licence: "CC BY 4.0",
    page: "https://archive.ics.uci.edu/dataset/144/statlog+german+credit+data",
    citation: "Hofmann (1994), Statlog (German Credit Data), UCI Machine Learning Repository, doi:10.24432/C5NC77",
    files: &[
        data(
            "german.data",
            "b21f3d81db8071257d5ff1deaeba1fd4303b62712e6fcc9715c7a86202cb5871",
            79_793,
            table(1_000, 21, Reading { missing: EMPTY, ..plain(b' ', columns::GERMAN_CREDIT) }),
            Origin::Download(&[
                within(GERMAN_URL, &["german.data"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/statlog/german/german.data"),
            ]),
        ),
        description(
            "german.doc",
            "d49a73d09e7e39c8eac8930523e73a903fbd15f2f01284778f4cfe5439436759",
            4_678,
            Origin::Download(&[
                within(GERMAN_URL, &["german.doc"]),
                at("https://archive.ics.uci.edu/ml/machine-learning-databases/statlog/german/german.doc"),
            ]),
        ),
    ],
    parts: &[part(
        "all",
        "all applicants",
        &["german.data"],
        &[outcome("who is a good risk", "credit_risk", &["1"], &["personal_status_sex", "age"])],
    )],
    notes: &[
        "credit_risk: 1 good (700), 2 bad (300).",
        "personal_status_sex: A92 is every woman in the data (310, good 64.84 %); A91, A93, A94 are men (690, 72.32 %).",
        "Two customary age groups differ: 25 or younger (190 rows), younger than 25 (149 rows).",
        "The file has no column names; these are short forms of the descriptions in german.doc.",
    ],
};
