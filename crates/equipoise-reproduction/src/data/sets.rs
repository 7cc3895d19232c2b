//! How each table is encoded.

use equipoise_datasets::Folders;

use super::{
    Data, Groups, Split,
    columns::{Columns, Wanted},
    frame::{About, Frame},
};
use crate::ReproductionError;

/// Rows of the first file of Adult before any is dropped: where the published code cuts.
const ADULT_TRAIN: usize = 32_561;

pub(super) fn adult(folders: &Folders) -> Result<Data, ReproductionError> {
    use Wanted::{Known, Number, Text};
    let wanted = [
        Number("age"),
        Known("workclass"),
        Number("fnlwgt"),
        Text("education"),
        Number("education-num"),
        Text("marital-status"),
        Known("occupation"),
        Text("relationship"),
        Text("race"),
        Text("sex"),
        Number("capital-gain"),
        Number("capital-loss"),
        Number("hours-per-week"),
        Known("native-country"),
        Text("income"),
    ];
    let columns = Columns::read("adult", &wanted, folders)?;
    let mut frame = Frame::default();
    for (place, column) in wanted.iter().enumerate().take(13) {
        match *column {
            Number(name) => frame.number(name, columns.numbers(place).to_vec()),
            Text(name) | Known(name) => frame.codes(name, columns.texts(place)),
        }
        if place == 9 {
            frame.tell_the_group(place);
        }
    }
    frame.columns_mut().iter_mut().for_each(|column| standardise(column));
    let about = About {
        name: "adult",
        data_set: "adult",
        positive: "income over 50,000 USD",
        groups: Groups { attribute: "sex", names: ["women", "men"] },
        // The labels of the test file end with a full stop.
        y: columns.texts(14).iter().map(|text| sign(text.starts_with(">50K"))).collect(),
        s: columns.texts(9).iter().map(|text| u8::from(&**text == "Male")).collect(),
        split: Split::Given { train: ADULT_TRAIN },
    };
    if about.y.len() <= ADULT_TRAIN {
        let what = "there are fewer complete rows than the published code fits to";
        return Err(ReproductionError::Unexpected { data_set: "adult", what });
    }
    Ok(frame.finish(about, true))
}

pub(super) fn compas(folders: &Folders) -> Result<Data, ReproductionError> {
    use Wanted::{Number, Text};
    let features = ["age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"];
    let others = [
        Text("sex"),
        Text("c_charge_degree"),
        Text("race"),
        Text("two_year_recid"),
        Number("days_b_screening_arrest"),
        Text("is_recid"),
        Text("score_text"),
    ];
    let wanted: Vec<Wanted> = features.into_iter().map(Number).chain(others).collect();
    let columns = Columns::read("compas/two-years", &wanted, folders)?;
    let (degree, days, is_recid, score) =
        (columns.texts(6), columns.numbers(9), columns.texts(10), columns.texts(11));
    // ProPublica's filter; a comparison that NaN fails.
    let is_kept = |row: usize| {
        (-30.0..=30.0).contains(&days[row])
            && &*is_recid[row] != "-1"
            && &*degree[row] != "O"
            && &*score[row] != "N/A"
    };
    let kept: Vec<usize> = (0..columns.n()).filter(|&row| is_kept(row)).collect();
    let is = |column: usize, text: &str| -> Vec<bool> {
        kept.iter().map(|&row| &*columns.texts(column)[row] == text).collect()
    };
    let indicator = |column: usize, text: &str| is(column, text).into_iter().map(f64::from).collect();
    let mut frame = Frame::default();
    for (place, name) in features.into_iter().enumerate() {
        frame.number(name, kept.iter().map(|&row| columns.numbers(place)[row]).collect());
    }
    frame.number("male", indicator(5, "Male"));
    frame.number("felony", indicator(6, "F"));
    frame.number("african_american", indicator(7, "African-American"));
    frame.tell_the_group(7);
    let about = About {
        name: "compas",
        data_set: "compas",
        positive: "charged again within two years",
        groups: Groups { attribute: "race", names: ["others", "African-American"] },
        y: is(8, "1").into_iter().map(sign).collect(),
        s: is(7, "African-American").into_iter().map(u8::from).collect(),
        split: Split::Random,
    };
    Ok(frame.finish(about, false))
}

/// Which attribute of German credit makes the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GermanGroups {
    ForeignWorker,
    Sex,
}

pub(super) fn german(folders: &Folders, groups: GermanGroups) -> Result<Data, ReproductionError> {
    use Wanted::{Number, Text};
    let wanted = [
        Text("checking_account"),
        Number("duration"),
        Text("credit_history"),
        Text("purpose"),
        Number("credit_amount"),
        Text("savings"),
        Text("employment_since"),
        Number("installment_rate"),
        Text("personal_status_sex"),
        Text("other_debtors"),
        Number("residence_since"),
        Text("property"),
        Number("age"),
        Text("other_installment_plans"),
        Text("housing"),
        Number("existing_credits"),
        Text("job"),
        Number("dependents"),
        Text("telephone"),
        Text("foreign_worker"),
        Text("credit_risk"),
    ];
    let columns = Columns::read("german_credit", &wanted, folders)?;
    let (name, place, member, of) = match groups {
        GermanGroups::ForeignWorker => {
            let names = ["foreign workers", "others"];
            ("german", 19, "A202", Groups { attribute: "foreign worker", names })
        }
        GermanGroups::Sex => {
            let names = ["others", "A92, women but single ones"];
            ("german-sex", 8, "A92", Groups { attribute: "sex", names })
        }
    };
    let mut frame = Frame::default();
    for (column, wanted) in wanted.iter().enumerate().take(20) {
        let from = frame.len();
        match *wanted {
            Number(name) => frame.number(name, columns.numbers(column).to_vec()),
            Text(name) | Wanted::Known(name) => frame.one_hot(name, columns.texts(column)),
        }
        if column == place {
            frame.tell_the_group(from);
        }
    }
    let about = About {
        name,
        data_set: "german_credit",
        positive: "a good risk",
        groups: of,
        y: columns.texts(20).iter().map(|text| sign(&**text == "1")).collect(),
        s: columns.texts(place).iter().map(|text| u8::from(&**text == member)).collect(),
        split: Split::Random,
    };
    Ok(frame.finish(about, false))
}

pub(super) fn drug(folders: &Folders) -> Result<Data, ReproductionError> {
    use Wanted::{Number, Text};
    const FEATURES: [&str; 12] = [
        "Age",
        "Gender",
        "Education",
        "Country",
        "Ethnicity",
        "Nscore",
        "Escore",
        "Oscore",
        "Ascore",
        "Cscore",
        "Impulsive",
        "SS",
    ];
    /// The number that the file has for White.
    const WHITE: f64 = -0.31685;
    let wanted: Vec<Wanted> = FEATURES.into_iter().map(Number).chain([Text("Coke")]).collect();
    let columns = Columns::read("drug_consumption", &wanted, folders)?;
    let mut frame = Frame::default();
    for (place, name) in FEATURES.into_iter().enumerate() {
        frame.number(name, columns.numbers(place).to_vec());
        if name == "Ethnicity" {
            frame.tell_the_group(place);
        }
    }
    let about = About {
        name: "drug",
        data_set: "drug_consumption",
        positive: "cocaine never used",
        groups: Groups { attribute: "ethnicity", names: ["others", "White"] },
        y: columns.texts(12).iter().map(|text| sign(&**text == "CL0")).collect(),
        s: columns.numbers(4).iter().map(|value| u8::from((value - WHITE).abs() < 1e-9)).collect(),
        split: Split::Random,
    };
    Ok(frame.finish(about, false))
}

pub(super) fn arrhythmia(folders: &Folders) -> Result<Data, ReproductionError> {
    use Wanted::{Number, Text};
    let file = equipoise_datasets::find("arrhythmia")
        .ok()
        .and_then(|data_set| data_set.file("arrhythmia.data"))
        .and_then(|file| file.table.as_ref());
    let Some(equipoise_datasets::catalogue::Header::Names(names)) = file.map(|table| table.reading.header)
    else {
        let what = "the catalogue has no names of its columns";
        return Err(ReproductionError::Unexpected { data_set: "arrhythmia", what });
    };
    let features: Vec<&'static str> = names.iter().copied().take(names.len() - 1).collect();
    let wanted: Vec<Wanted> = features.iter().copied().map(Number).chain([Text("class")]).collect();
    let columns = Columns::read("arrhythmia", &wanted, folders)?;
    let mut frame = Frame::default();
    for (place, name) in features.iter().enumerate() {
        let mut column = columns.numbers(place).to_vec();
        fill_with_mean(&mut column);
        frame.number(name, column);
        if *name == "sex" {
            frame.tell_the_group(place);
        }
    }
    let about = About {
        name: "arrhythmia",
        data_set: "arrhythmia",
        positive: "a normal electrocardiogram",
        groups: Groups { attribute: "sex", names: ["men", "women"] },
        y: columns.texts(features.len()).iter().map(|text| sign(&**text == "1")).collect(),
        s: columns.numbers(1).iter().map(|&sex| u8::from(sex == 1.0)).collect(),
        split: Split::Random,
    };
    Ok(frame.finish(about, false))
}

fn sign(is_positive: bool) -> f64 {
    if is_positive { 1.0 } else { -1.0 }
}

/// Puts the mean of the numbers that are there in the place of those that are not.
fn fill_with_mean(column: &mut [f64]) {
    let known: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    column.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = mean);
}

/// Takes off the mean and divides by the standard deviation, with n in its denominator.
fn standardise(column: &mut [f64]) {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let variance = column.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    column.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
}
