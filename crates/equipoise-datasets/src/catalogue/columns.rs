//! Column names of the files that have no header line, from the descriptions published beside them.

/// As in `adult.names`; the label is called `income` by custom.
#[rustfmt::skip]
pub(super) const ADULT: &[&str] = &[
    "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation",
    "relationship", "race", "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country",
    "income",
];

/// As in `census-income.names`, with `_` for blanks and hyphens and without the apostrophe, so that no name
/// needs quoting; the label is called `income`.
#[rustfmt::skip]
pub(super) const KDD_CENSUS_INCOME: &[&str] = &[
    "age", "class_of_worker", "detailed_industry_recode", "detailed_occupation_recode", "education",
    "wage_per_hour", "enroll_in_edu_inst_last_wk", "marital_stat", "major_industry_code",
    "major_occupation_code", "race", "hispanic_origin", "sex", "member_of_a_labor_union",
    "reason_for_unemployment", "full_or_part_time_employment_stat", "capital_gains", "capital_losses",
    "dividends_from_stocks", "tax_filer_stat", "region_of_previous_residence",
    "state_of_previous_residence", "detailed_household_and_family_stat",
    "detailed_household_summary_in_household", "instance_weight", "migration_code_change_in_msa",
    "migration_code_change_in_reg", "migration_code_move_within_reg", "live_in_this_house_1_year_ago",
    "migration_prev_res_in_sunbelt", "num_persons_worked_for_employer", "family_members_under_18",
    "country_of_birth_father", "country_of_birth_mother", "country_of_birth_self", "citizenship",
    "own_business_or_self_employed", "fill_inc_questionnaire_for_veterans_admin", "veterans_benefits",
    "weeks_worked_in_year", "year", "income",
];

/// As in `communities.names`.
#[rustfmt::skip]
pub(super) const COMMUNITIES_CRIME: &[&str] = &[
    "state", "county", "community", "communityname", "fold", "population", "householdsize", "racepctblack",
    "racePctWhite", "racePctAsian", "racePctHisp", "agePct12t21", "agePct12t29", "agePct16t24",
    "agePct65up", "numbUrban", "pctUrban", "medIncome", "pctWWage", "pctWFarmSelf", "pctWInvInc",
    "pctWSocSec", "pctWPubAsst", "pctWRetire", "medFamInc", "perCapInc", "whitePerCap", "blackPerCap",
    "indianPerCap", "AsianPerCap", "OtherPerCap", "HispPerCap", "NumUnderPov", "PctPopUnderPov",
    "PctLess9thGrade", "PctNotHSGrad", "PctBSorMore", "PctUnemployed", "PctEmploy", "PctEmplManu",
    "PctEmplProfServ", "PctOccupManu", "PctOccupMgmtProf", "MalePctDivorce", "MalePctNevMarr",
    "FemalePctDiv", "TotalPctDiv", "PersPerFam", "PctFam2Par", "PctKids2Par", "PctYoungKids2Par",
    "PctTeen2Par", "PctWorkMomYoungKids", "PctWorkMom", "NumIlleg", "PctIlleg", "NumImmig",
    "PctImmigRecent", "PctImmigRec5", "PctImmigRec8", "PctImmigRec10", "PctRecentImmig", "PctRecImmig5",
    "PctRecImmig8", "PctRecImmig10", "PctSpeakEnglOnly", "PctNotSpeakEnglWell", "PctLargHouseFam",
    "PctLargHouseOccup", "PersPerOccupHous", "PersPerOwnOccHous", "PersPerRentOccHous", "PctPersOwnOccup",
    "PctPersDenseHous", "PctHousLess3BR", "MedNumBR", "HousVacant", "PctHousOccup", "PctHousOwnOcc",
    "PctVacantBoarded", "PctVacMore6Mos", "MedYrHousBuilt", "PctHousNoPhone", "PctWOFullPlumb",
    "OwnOccLowQuart", "OwnOccMedVal", "OwnOccHiQuart", "RentLowQ", "RentMedian", "RentHighQ", "MedRent",
    "MedRentPctHousInc", "MedOwnCostPctInc", "MedOwnCostPctIncNoMtg", "NumInShelters", "NumStreet",
    "PctForeignBorn", "PctBornSameState", "PctSameHouse85", "PctSameCity85", "PctSameState85",
    "LemasSwornFT", "LemasSwFTPerPop", "LemasSwFTFieldOps", "LemasSwFTFieldPerPop", "LemasTotalReq",
    "LemasTotReqPerPop", "PolicReqPerOffic", "PolicPerPop", "RacialMatchCommPol", "PctPolicWhite",
    "PctPolicBlack", "PctPolicHisp", "PctPolicAsian", "PctPolicMinor", "OfficAssgnDrugUnits",
    "NumKindsDrugsSeiz", "PolicAveOTWorked", "LandArea", "PopDens", "PctUsePubTrans", "PolicCars",
    "PolicOperBudg", "LemasPctPolicOnPatr", "LemasGangUnitDeploy", "LemasPctOfficDrugUn", "PolicBudgPerPop",
    "ViolentCrimesPerPop",
];

/// The attributes of `german.doc`, which numbers and describes them, in short words.
#[rustfmt::skip]
pub(super) const GERMAN_CREDIT: &[&str] = &[
    "checking_account", "duration", "credit_history", "purpose", "credit_amount", "savings",
    "employment_since", "installment_rate", "personal_status_sex", "other_debtors", "residence_since",
    "property", "age", "other_installment_plans", "housing", "existing_credits", "job", "dependents",
    "telephone", "foreign_worker", "credit_risk",
];

/// The customary names of the fourteen attributes used.
#[rustfmt::skip]
pub(super) const HEART_CLEVELAND: &[&str] = &[
    "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak", "slope", "ca",
    "thal", "num",
];

/// As in the archive's description.
#[rustfmt::skip]
pub(super) const DRUG_CONSUMPTION: &[&str] = &[
    "ID", "Age", "Gender", "Education", "Country", "Ethnicity", "Nscore", "Escore", "Oscore", "Ascore",
    "Cscore", "Impulsive", "SS", "Alcohol", "Amphet", "Amyl", "Benzos", "Caff", "Cannabis", "Choc", "Coke",
    "Crack", "Ecstasy", "Heroin", "Ketamine", "Legalh", "LSD", "Meth", "Mushrooms", "Nicotine", "Semer",
    "VSA",
];

/// The attributes of `arrhythmia.names`, which numbers and describes them: fifteen of the patient, then twelve
/// channels with twelve attributes each (widths of waves; `r2`, `s2` stand for R' and S'), then the same channels
/// with ten each (amplitudes), then the class.
#[rustfmt::skip]
pub(super) const ARRHYTHMIA: &[&str] = &[
    "age", "sex", "height", "weight", "qrs_duration", "p_r_interval", "q_t_interval", "t_interval",
    "p_interval", "qrs_angle", "t_angle", "p_angle", "qrst_angle", "j_angle", "heart_rate", "DI_q_width",
    "DI_r_width", "DI_s_width", "DI_r2_width", "DI_s2_width", "DI_intrinsic_deflections", "DI_ragged_r",
    "DI_diphasic_r", "DI_ragged_p", "DI_diphasic_p", "DI_ragged_t", "DI_diphasic_t", "DII_q_width",
    "DII_r_width", "DII_s_width", "DII_r2_width", "DII_s2_width", "DII_intrinsic_deflections",
    "DII_ragged_r", "DII_diphasic_r", "DII_ragged_p", "DII_diphasic_p", "DII_ragged_t", "DII_diphasic_t",
    "DIII_q_width", "DIII_r_width", "DIII_s_width", "DIII_r2_width", "DIII_s2_width",
    "DIII_intrinsic_deflections", "DIII_ragged_r", "DIII_diphasic_r", "DIII_ragged_p", "DIII_diphasic_p",
    "DIII_ragged_t", "DIII_diphasic_t", "AVR_q_width", "AVR_r_width", "AVR_s_width", "AVR_r2_width",
    "AVR_s2_width", "AVR_intrinsic_deflections", "AVR_ragged_r", "AVR_diphasic_r", "AVR_ragged_p",
    "AVR_diphasic_p", "AVR_ragged_t", "AVR_diphasic_t", "AVL_q_width", "AVL_r_width", "AVL_s_width",
    "AVL_r2_width", "AVL_s2_width", "AVL_intrinsic_deflections", "AVL_ragged_r", "AVL_diphasic_r",
    "AVL_ragged_p", "AVL_diphasic_p", "AVL_ragged_t", "AVL_diphasic_t", "AVF_q_width", "AVF_r_width",
    "AVF_s_width", "AVF_r2_width", "AVF_s2_width", "AVF_intrinsic_deflections", "AVF_ragged_r",
    "AVF_diphasic_r", "AVF_ragged_p", "AVF_diphasic_p", "AVF_ragged_t", "AVF_diphasic_t", "V1_q_width",
    "V1_r_width", "V1_s_width", "V1_r2_width", "V1_s2_width", "V1_intrinsic_deflections", "V1_ragged_r",
    "V1_diphasic_r", "V1_ragged_p", "V1_diphasic_p", "V1_ragged_t", "V1_diphasic_t", "V2_q_width",
    "V2_r_width", "V2_s_width", "V2_r2_width", "V2_s2_width", "V2_intrinsic_deflections", "V2_ragged_r",
    "V2_diphasic_r", "V2_ragged_p", "V2_diphasic_p", "V2_ragged_t", "V2_diphasic_t", "V3_q_width",
    "V3_r_width", "V3_s_width", "V3_r2_width", "V3_s2_width", "V3_intrinsic_deflections", "V3_ragged_r",
    "V3_diphasic_r", "V3_ragged_p", "V3_diphasic_p", "V3_ragged_t", "V3_diphasic_t", "V4_q_width",
    "V4_r_width", "V4_s_width", "V4_r2_width", "V4_s2_width", "V4_intrinsic_deflections", "V4_ragged_r",
    "V4_diphasic_r", "V4_ragged_p", "V4_diphasic_p", "V4_ragged_t", "V4_diphasic_t", "V5_q_width",
    "V5_r_width", "V5_s_width", "V5_r2_width", "V5_s2_width", "V5_intrinsic_deflections", "V5_ragged_r",
    "V5_diphasic_r", "V5_ragged_p", "V5_diphasic_p", "V5_ragged_t", "V5_diphasic_t", "V6_q_width",
    "V6_r_width", "V6_s_width", "V6_r2_width", "V6_s2_width", "V6_intrinsic_deflections", "V6_ragged_r",
    "V6_diphasic_r", "V6_ragged_p", "V6_diphasic_p", "V6_ragged_t", "V6_diphasic_t", "DI_jj_amplitude",
    "DI_q_amplitude", "DI_r_amplitude", "DI_s_amplitude", "DI_r2_amplitude", "DI_s2_amplitude",
    "DI_p_amplitude", "DI_t_amplitude", "DI_qrsa", "DI_qrsta", "DII_jj_amplitude", "DII_q_amplitude",
    "DII_r_amplitude", "DII_s_amplitude", "DII_r2_amplitude", "DII_s2_amplitude", "DII_p_amplitude",
    "DII_t_amplitude", "DII_qrsa", "DII_qrsta", "DIII_jj_amplitude", "DIII_q_amplitude", "DIII_r_amplitude",
    "DIII_s_amplitude", "DIII_r2_amplitude", "DIII_s2_amplitude", "DIII_p_amplitude", "DIII_t_amplitude",
    "DIII_qrsa", "DIII_qrsta", "AVR_jj_amplitude", "AVR_q_amplitude", "AVR_r_amplitude", "AVR_s_amplitude",
    "AVR_r2_amplitude", "AVR_s2_amplitude", "AVR_p_amplitude", "AVR_t_amplitude", "AVR_qrsa", "AVR_qrsta",
    "AVL_jj_amplitude", "AVL_q_amplitude", "AVL_r_amplitude", "AVL_s_amplitude", "AVL_r2_amplitude",
    "AVL_s2_amplitude", "AVL_p_amplitude", "AVL_t_amplitude", "AVL_qrsa", "AVL_qrsta", "AVF_jj_amplitude",
    "AVF_q_amplitude", "AVF_r_amplitude", "AVF_s_amplitude", "AVF_r2_amplitude", "AVF_s2_amplitude",
    "AVF_p_amplitude", "AVF_t_amplitude", "AVF_qrsa", "AVF_qrsta", "V1_jj_amplitude", "V1_q_amplitude",
    "V1_r_amplitude", "V1_s_amplitude", "V1_r2_amplitude", "V1_s2_amplitude", "V1_p_amplitude",
    "V1_t_amplitude", "V1_qrsa", "V1_qrsta", "V2_jj_amplitude", "V2_q_amplitude", "V2_r_amplitude",
    "V2_s_amplitude", "V2_r2_amplitude", "V2_s2_amplitude", "V2_p_amplitude", "V2_t_amplitude", "V2_qrsa",
    "V2_qrsta", "V3_jj_amplitude", "V3_q_amplitude", "V3_r_amplitude", "V3_s_amplitude", "V3_r2_amplitude",
    "V3_s2_amplitude", "V3_p_amplitude", "V3_t_amplitude", "V3_qrsa", "V3_qrsta", "V4_jj_amplitude",
    "V4_q_amplitude", "V4_r_amplitude", "V4_s_amplitude", "V4_r2_amplitude", "V4_s2_amplitude",
    "V4_p_amplitude", "V4_t_amplitude", "V4_qrsa", "V4_qrsta", "V5_jj_amplitude", "V5_q_amplitude",
    "V5_r_amplitude", "V5_s_amplitude", "V5_r2_amplitude", "V5_s2_amplitude", "V5_p_amplitude",
    "V5_t_amplitude", "V5_qrsa", "V5_qrsta", "V6_jj_amplitude", "V6_q_amplitude", "V6_r_amplitude",
    "V6_s_amplitude", "V6_r2_amplitude", "V6_s2_amplitude", "V6_p_amplitude", "V6_t_amplitude", "V6_qrsa",
    "V6_qrsta", "class",
];
