//! The table of methods, and settings as texts.

use equipoise::{
    kernels::Gamma,
    methods::{
        Bounds, Crossing, Fairness, Pairs, PlanError, TargetEvents,
        inprocessing::fair_erm::{
            Approximation, ClassBalance, Formulation, KernelChoice, Loss, Parameters, Plan, Refine,
        },
        registry::{self, SettingError, Stage, ValueKind},
    },
    notion::{self, Notion},
    solvers::Intercept,
};

const LEARNERS: [&str; 4] = ["fair_svm", "fair_logistic", "fair_ridge", "fair_svr"];

fn parameters(method: &str, settings: &[(&str, &str)]) -> Parameters {
    let parameters = registry::parameters(method, settings).unwrap();
    assert_eq!(parameters.loss.method(), method);
    parameters
}

#[track_caller]
fn refused(method: &str, settings: &[(&str, &str)], text: &str) {
    assert_eq!(registry::parameters(method, settings).unwrap_err().to_string(), text);
}

fn setting_error(method: &str, settings: &[(&str, &str)]) -> SettingError {
    match registry::parameters(method, settings).unwrap_err() {
        PlanError::Setting(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn names_of_methods_and_parameters_are_unique_and_plain() {
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut names: Vec<&str> = registry::all().iter().map(|method| method.name).collect();
    assert!(names.iter().all(|name| is_plain(name)));
    names.sort_unstable();
    let n = names.len();
    names.dedup();
    assert_eq!(names.len(), n);
    for method in registry::all() {
        let names = |parameter: &registry::Parameter| [&[parameter.name][..], parameter.aliases].concat();
        let mut all: Vec<&str> = method.parameters.iter().flat_map(names).collect();
        assert!(all.iter().all(|name| is_plain(name)));
        all.sort_unstable();
        let n = all.len();
        all.dedup();
        assert_eq!(all.len(), n, "{}", method.name);
    }
}

#[test]
fn methods_stand_in_the_order_of_time() {
    let stage = |method: &registry::Method| match method.stage {
        Stage::Preprocessing => 0,
        Stage::Inprocessing => 1,
        Stage::Postprocessing => 2,
    };
    assert!(registry::all().is_sorted_by_key(stage));
}

#[test]
fn notions_of_the_table_are_notions() {
    for method in registry::all() {
        for name in method.notions {
            assert!(notion::by_name(name).is_some_and(|entry| entry.name() == *name), "{name}");
        }
    }
}

/// What the documentation says of defaults and of notions is what the plans do.
#[test]
fn defaults_of_the_table_are_those_of_the_plan() {
    for method in LEARNERS {
        let found = parameters(method, &[]);
        let mut expected = Parameters::new(found.loss, Fairness::new(found.fairness.notion.clone()));
        // Megabytes of the table are those of the type.
        expected.cache_bytes = 200 << 20;
        assert_eq!(found, expected, "{method}");
        assert!(Plan::new(found).is_ok());
    }
    assert_eq!(parameters("fair_svm", &[]).fairness.notion, Notion::EqualOpportunity);
    assert_eq!(parameters("fair_svr", &[]).fairness.notion, Notion::DemographicParity);
}

#[test]
fn every_default_that_is_given_changes_nothing() {
    for method in LEARNERS {
        let entry = registry::find(method).unwrap();
        let defaults: Vec<(&str, &str)> =
            entry.parameters.iter().map(|parameter| (parameter.name, parameter.default)).collect();
        assert_eq!(parameters(method, &defaults), parameters(method, &[]));
    }
}

#[test]
fn a_plan_serves_exactly_the_notions_of_its_row() {
    for method in LEARNERS {
        let entry = registry::find(method).unwrap();
        for notion in notion::all().iter().filter_map(|entry| entry.notion()) {
            let name = notion.name();
            let is_served = Plan::new(parameters(method, &[("notion", name)])).is_ok();
            assert_eq!(is_served, entry.notions.contains(&name), "{method} {name}");
        }
    }
}

#[test]
fn a_setting_is_read_into_each_parameter() {
    let settings = [
        ("C", "2.5"),
        ("notion", "eodds"),
        ("bound", "0.1"),
        ("pairs", "pooled"),
        ("crossing", "crossed"),
        ("kernel", "poly"),
        ("gamma", "auto"),
        ("degree", "4"),
        ("coef0", "-1"),
        ("approximation", "nystrom"),
        ("components", "50"),
        ("class_weight", "balanced"),
        ("intercept", "false"),
        ("tol", "1e-5"),
        ("cache_size", "1.5"),
        ("seed", "18446744073709551615"),
        ("refine", "rates"),
        ("formulation", "published"),
    ];
    let found = parameters("fair_svm", &settings);
    let fairness =
        Fairness::new(Notion::EqualizedOdds).bound(0.1).pairs(Pairs::Pooled).crossing(Crossing::Crossed);
    let mut expected = Parameters::new(Loss::Hinge { cost: 2.5 }, fairness);
    expected.kernel = KernelChoice::Polynomial { degree: 4, gamma: Gamma::Auto, constant: -1.0 };
    expected.approximation = Approximation::Nystrom { landmarks: 50 };
    expected.class_balance = ClassBalance::Balanced;
    expected.intercept = Intercept::Absent;
    expected.tolerance = 1e-5;
    expected.cache_bytes = 3 << 19;
    expected.seed = u64::MAX;
    expected.refine = Refine::Rates { bound: 0.1 };
    expected.formulation = Formulation::Published;
    assert_eq!(found, expected);
    // Every parameter of the row is among them.
    assert_eq!(settings.len(), registry::find("fair_svm").unwrap().parameters.len());
}

#[test]
fn settings_of_regression_are_read() {
    let found = parameters("fair_svr", &[("epsilon", "0.25"), ("cuts", "-1, 0.5,2"), ("bound", "0.1,0.2")]);
    assert_eq!(found.loss, Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.25 });
    assert_eq!(found.fairness.events, Some(TargetEvents::Cuts(vec![-1.0, 0.5, 2.0])));
    assert_eq!(found.fairness.bounds, Bounds::Each(vec![0.1, 0.2]));
    let found =
        parameters("fair_ridge", &[("alpha", "0"), ("bins", "5"), ("kernel", "laplacian"), ("gamma", "0.5")]);
    assert_eq!(found.loss, Loss::Squared { penalty: 0.0 });
    assert_eq!(found.kernel, KernelChoice::Laplacian(Gamma::Value(0.5)));
    assert_eq!(found.fairness.events, Some(TargetEvents::Quantiles(5)));
    let found =
        parameters("fair_ridge", &[("bins", "classes"), ("approximation", "fourier"), ("components", "7")]);
    assert_eq!(found.fairness.events, Some(TargetEvents::Classes));
    assert_eq!(found.approximation, Approximation::Fourier { pairs: 4 });
}

#[test]
fn aliases_are_read() {
    let found = parameters("fair_logistic", &[("cost", "3"), ("tolerance", "0.1"), ("random_state", "7")]);
    assert_eq!((found.loss, found.tolerance, found.seed), (Loss::Logistic { cost: 3.0 }, 0.1, 7));
    let factors = parameters("fair_logistic", &[("class_weight", "0.5, 2")]).class_balance;
    assert_eq!(factors, ClassBalance::Factors { negative: 0.5, positive: 2.0 });
}

#[test]
fn what_is_asked_of_groups_is_read_for_transformers() {
    let found = registry::fairness("fair_projection", &[("notion", "eo"), ("crossing", "crossed")]).unwrap();
    assert_eq!(found, Fairness::new(Notion::EqualOpportunity).crossing(Crossing::Crossed));
    let error = registry::fairness("fair_projection", &[("bound", "0.1")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "fair_projection has no parameter `bound`; it has notion, pairs, crossing, bins, cuts"
    );
}

#[test]
fn errors_name_the_key_and_what_is_allowed() {
    let allowed = "it must be a positive number, at most 1e40";
    for value in ["0", "-1", "nan", "inf", "", "one", "1e41"] {
        refused("fair_svm", &[("C", value)], &format!("`C` is `{value}`; {allowed}"));
    }
    refused(
        "fair_ridge",
        &[("penalty", "-1")],
        "`penalty` is `-1`; it must be a number that is not negative, at most 1e40",
    );
    refused("fair_svm", &[("degree", "2.5")], "`degree` is `2.5`; it must be a whole number, at least 1");
    refused(
        "fair_svm",
        &[("degree", "4294967296")],
        "`degree` is `4294967296`; it must be a whole number, at least 1",
    );
    refused("fair_svm", &[("seed", "-1")], "`seed` is `-1`; it must be a whole number below 2^64");
    refused("fair_svm", &[("intercept", "yes")], "`intercept` is `yes`; it must be true or false");
    refused(
        "fair_svm",
        &[("cache_size", "1e7")],
        "`cache_size` is `1e7`; it must be a number of megabytes from 0 to 1e6",
    );
    refused(
        "fair_svr",
        &[("cuts", "2,1")],
        "`cuts` is `2,1`; it must be none, or ascending numbers with commas between",
    );
    refused("fair_svr", &[("bins", "classes")], "`bins` is `classes`; it must be a whole number, at least 1");
    refused("fair_svr", &[("bins", "4"), ("cuts", "1")], "`bins` has no effect with `cuts`");
    refused("fair_svm", &[("gamma", "2")], "`gamma` has no effect with the linear kernel");
    refused("fair_svm", &[("kernel", "rbf"), ("degree", "2")], "`degree` has no effect with the RBF kernel");
    refused("fair_svm", &[("components", "2")], "`components` has no effect with the exact kernel");
    refused("fair_svm", &[("C", "1"), ("cost", "1")], "`C` is given twice");
    refused(
        "fair_svm",
        &[("bound", "0.1,-0.1")],
        "`bound` is `0.1,-0.1`; it must be a number that is not negative, or one for each constraint with commas between",
    );
    refused("fair_sum", &[], "`fair_sum` is not a method");
    refused("reweighing", &[], "reweighing is no learner: it makes no score");
}

#[test]
fn misspelled_names_have_a_suggestion() {
    let nearest = |method: &str, key: &str, value: &str| match setting_error(method, &[(key, value)]) {
        SettingError::UnknownMethod { nearest, .. }
        | SettingError::UnknownKey { nearest, .. }
        | SettingError::Value { nearest, .. } => nearest,
        other => panic!("{other}"),
    };
    assert_eq!(nearest("fair_sum", "C", "1"), Some("fair_svm"));
    assert_eq!(nearest("fair_svm", "kernal", "rbf"), Some("kernel"));
    assert_eq!(nearest("fair_svm", "tolerence", "1"), Some("tolerance"));
    assert_eq!(nearest("fair_svm", "kernel", "rbg"), Some("rbf"));
    assert_eq!(nearest("fair_svm", "notion", "equal_oportunity"), Some("equal_opportunity"));
    assert_eq!(nearest("fair_svm", "qqqqqq", "1"), None);
    // A parameter of another method is none of this one.
    assert!(matches!(setting_error("fair_svm", &[("epsilon", "1")]), SettingError::UnknownKey { .. }));
}

/// Every text of a parameter is complete: the documentation has no holes.
#[test]
fn every_parameter_says_what_it_means() {
    for parameter in registry::all().iter().flat_map(|method| method.parameters) {
        assert!(parameter.doc.ends_with('.') && !parameter.range.ends_with('.'), "{parameter:?}");
        assert!(!parameter.default.is_empty() && !parameter.kind.name().is_empty(), "{parameter:?}");
        let parses = match parameter.kind {
            ValueKind::Number => parameter.default.parse::<f64>().is_ok(),
            ValueKind::Count => parameter.default.parse::<u64>().is_ok(),
            ValueKind::Notion => parameter.default.parse::<Notion>().is_ok(),
            _ => true,
        };
        assert!(parses, "{parameter:?}");
    }
}
