//! CSV and Markdown, whole and by their promises.

use equipoise_report::{Provenance, TextStyle, csv, html_fragment, markdown, text};
use expect_test::expect;

use crate::tables;

#[test]
fn berkeley_as_csv() {
    expect![[r#"
        kind,attributes,name,group,reference,event,stratum,rows,weight,value,reason,lower,upper,method,count,of,standing,n_comparisons,expected_if_equal,outcome,undecided
        figure,gender,selection_rate,men,,,,2691,2691.0,0.4451876625789669,,0.4265016050975481,0.464029988501618,Wilson,1198.0,2691.0,compared,,,,
        figure,gender,selection_rate,women,,,,1835,1835.0,0.30354223433242505,,0.28293347034422184,0.32497182429580684,Wilson,557.0,1835.0,compared,,,,
        figure,gender,selection_rate,all rows,,,,4526,4526.0,0.38775961113566065,,0.37366557109418796,0.4020440184717774,Wilson,1755.0,4526.0,compared,,,,
        gap,gender,demographic_parity.difference,women,men,,,,,0.14164542824654186,,0.11325817751900931,0.1696448416295224,Miettinen–Nurminen,,,,1,0.01150197082868214,,
        gap,gender,demographic_parity.ratio,women,men,,,,,0.6818298435630683,,0.6283432130733172,0.7390277952189399,Miettinen–Nurminen,,,,1,0.970996960390318,,
        gap,gender,conditional_parity.difference,men,women,department = A,,,,0.20346801346801346,,0.08122755174319474,0.2736071229499941,Miettinen–Nurminen,,,,6,0.08929973303947805,,
        stratum,gender,selection_rate,men,,,department = A,933,,0.6206060606060606,,0.5870080205830692,0.6530861468625897,Wilson,512.0,825.0,,,,,
        stratum,gender,selection_rate,women,,,department = A,933,,0.8240740740740741,,0.7415045937948218,0.8843813767398172,Wilson,89.0,108.0,,,,,
        stratum,gender,selection_rate,men,,,department = B,585,,0.6303571428571428,,0.5896159323570673,0.6693221037096084,Wilson,353.0,560.0,,,,,
        stratum,gender,selection_rate,women,,,department = B,585,,0.68,,0.48410269273102247,0.8279480969309201,Wilson,17.0,25.0,,,,,
        stratum,gender,selection_rate,men,,,department = C,918,,0.36923076923076925,,0.318575853452968,0.42294092394842536,Wilson,120.0,325.0,,,,,
        stratum,gender,selection_rate,women,,,department = C,918,,0.3406408094435076,,0.3036312747520607,0.3797017155977598,Wilson,202.0,593.0,,,,,
        stratum,gender,selection_rate,men,,,department = D,792,,0.33093525179856115,,0.2874953028527672,0.3774616612374196,Wilson,138.0,417.0,,,,,
        stratum,gender,selection_rate,women,,,department = D,792,,0.34933333333333333,,0.3028282382961011,0.39889395348364554,Wilson,131.0,375.0,,,,,
        stratum,gender,selection_rate,men,,,department = E,584,,0.2774869109947644,,0.21884989928086154,0.34489797802166594,Wilson,53.0,191.0,,,,,
        stratum,gender,selection_rate,women,,,department = E,584,,0.23918575063613232,,0.19966385581747362,0.2837570533556638,Wilson,94.0,393.0,,,,,
        stratum,gender,selection_rate,men,,,department = F,714,,0.058981233243967826,,0.03926959742404105,0.08768421219768024,Wilson,22.0,373.0,,,,,
        stratum,gender,selection_rate,women,,,department = F,714,,0.07038123167155426,,0.047748941277877904,0.10258524127077535,Wilson,24.0,341.0,,,,,
        within,gender,selection_rate.difference_pooled,men,women,,department,,,0.14164542824654186,,,,,,,,,,,
        within,gender,selection_rate.difference,men,women,,department,,,-0.018425196190852512,,-0.04748243534654223,0.010632042964837204,Mantel–Haenszel risk difference (Sato),,,,,,,
        within,gender,selection_rate.ratio,men,women,,department,,,0.944905022595929,,0.8664522326830039,1.0304613088274714,Mantel–Haenszel risk ratio (Greenland–Robins),,,,,,,
        within,gender,homogeneity_p,men,women,,department,,,0.0020714013978812736,,,,,,,,,,,
        verdict,gender,demographic_parity.difference <= 0.05,women,men,,,,,0.14164542824654186,,0.11325817751900931,0.1696448416295224,Miettinen–Nurminen,,,,1,0.01150197082868214,violated,
        verdict,gender,conditional_parity(department).difference <= 0.2,men,women,department = A,,,,0.20346801346801346,,0.08122755174319474,0.2736071229499941,Miettinen–Nurminen,,,,6,0.08929973303947805,undecided,more_than_hundredfold
    "#]].assert_eq(&csv(&tables::berkeley()));
}

#[test]
fn hostile_labels_as_csv() {
    let text = csv(&tables::hostile());
    let figures: String =
        text.lines().filter(|line| line.starts_with("figure,")).flat_map(|l| [l, "\n"]).collect();
    expect![[r#"
        figure,gro\nup,selection_rate,\u{1b}[2J\u{1b}[31mred,,,,20,20.0,0.2,,0.08065766257979805,0.4160174322518936,Wilson,4.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,<script>alert(1)</script>,,,,20,20.0,0.35,,0.18119182410108203,0.5671457233147638,Wilson,7.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,"'=HYPERLINK(""http://x"",""y"")",,,,20,20.0,0.25,,0.11186170140766567,0.46870087761874396,Wilson,5.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,NaN,,,,20,20.0,0.65,,0.4328542766852363,0.818808175898918,Wilson,13.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,`code` **bold** [x](http://y) @all,,,,20,20.0,0.5,,0.29929800819821234,0.7007019918017876,Wilson,10.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,a very long label that goes on and on and on and on and on and on and on and on until it is cut,,,,20,20.0,0.7,,0.4810271816464765,0.8545227551323957,Wilson,14.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,a|b|c,,,,20,20.0,0.3,,0.1454772448676043,0.5189728183535234,Wilson,6.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,"""missing""",,,,20,20.0,0.55,,0.3420853424503424,0.7418021417443756,Wilson,11.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,new\nline\ttab,,,,20,20.0,0.4,,0.21880653237281705,0.6134184992377468,Wilson,8.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,zero\u{200b}width,,,,20,20.0,0.75,,0.5312991223812561,0.8881382985923342,Wilson,15.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,\u{202e}reversed,,,,20,20.0,0.45,,0.25819785825562425,0.6579146575496577,Wilson,9.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,日本語のとても長いラベルは切られるはずです、たぶん,,,,20,20.0,0.6,,0.3865815007622531,0.781193467627183,Wilson,12.0,20.0,compared,,,,
        figure,gro\nup,selection_rate,missing,,,,12,12.0,0.0,,0.0,0.24249400665524082,Wilson,0.0,12.0,compared,,,,
        figure,gro\nup,selection_rate,all rows,,,,252,252.0,0.4523809523809524,,0.3921024038741256,0.5140895006333438,Wilson,114.0,252.0,compared,,,,
    "#]].assert_eq(&figures);
}

#[test]
fn berkeley_as_markdown() {
    expect![[r#"
        ## Audit of a selection, binary: 4,526 rows

        - prediction: `admitted, positive yes: 1,755 of 4,526 (38.8 %)`
        - strata: `department`

        ### Verdicts

        | outcome | requirement | by | why | value | 95 % interval |
        | --- | --- | --- | --- | ---: | ---: |
        | ✗ **violated** | `demographic_parity.difference <= 0.05` | `gender` | `women 0.304, men 0.445; equal groups would show 0.012 on average` | 0.142 | [0.113, 0.170] |
        | ? **undecided** | `conditional_parity(department).difference <= 0.2` | `gender` | `men 0.621, women 0.824, at department = A; equal groups would show 0.089 on average`; `the interval holds the bound, and more than a hundred times the rows would be needed to decide` | 0.203 | [0.081, 0.274] |

        ### By `gender`

        | Selection rate | rows | value | 95 % interval |
        | --- | ---: | ---: | ---: |
        | `men` | 2,691 | 0.445 | [0.427, 0.464] |
        | `women` | 1,835 | 0.304 | [0.283, 0.325] |
        | **all rows** | 4,526 | 0.388 | [0.374, 0.402] |

        | gap | where | value | 95 % interval |
        | --- | --- | ---: | ---: |
        | `demographic_parity.difference` | `women 0.304, men 0.445; equal groups would show 0.012 on average` | 0.142 | [0.113, 0.170] |
        | `demographic_parity.ratio` | `women 0.304, men 0.445; equal groups would show 0.971 on average` | 0.682 | [0.628, 0.739] |
        | `conditional_parity.difference` | `men 0.621, women 0.824, at department = A; equal groups would show 0.089 on average` | 0.203 | [0.081, 0.274] |

        Selection rate within `department`

        | `department` | rows | `men` | `women` |
        | --- | ---: | ---: | ---: |
        | `A` | 933 | 0.621 of 825 | 0.824 of 108 |
        | `B` | 585 | 0.630 of 560 | 0.680 of 25 |
        | `C` | 918 | 0.369 of 325 | 0.341 of 593 |
        | `D` | 792 | 0.331 of 417 | 0.349 of 375 |
        | `E` | 584 | 0.277 of 191 | 0.239 of 393 |
        | `F` | 714 | 0.059 of 373 | 0.070 of 341 |

        | `men − women` | value | interval |
        | --- | ---: | ---: |
        | over all rows | 0.142 | – |
        | within strata (Mantel–Haenszel) | -0.018 | [-0.047, 0.011] |
        | the same as a ratio | 0.945 | [0.866, 1.030] |
        | one odds ratio in all strata (Breslow–Day, Tarone) | p = 0.0021 | – |

        ### What cannot be said from these columns

        - without a target: `equal_opportunity`, `predictive_equality`, `equalized_odds`, `predictive_parity`, `accuracy_parity`
        - without a target and a score: `calibration`

        Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over all that a gap compares (Miettinen–Nurminen).

        A largest gap is larger than zero even among equal groups; what they would show stands beside it.
    "#]].assert_eq(&markdown(&tables::berkeley(), &Provenance::default()));
}

#[test]
fn hostile_labels_as_markdown() {
    let text = markdown(&tables::hostile(), &Provenance::default());
    let rows: String =
        text.lines().filter(|line| line.starts_with('|')).flat_map(|line| [line, "\n"]).collect();
    expect![[r#"
        | outcome | requirement | by | why | value | 95 % interval |
        | --- | --- | --- | --- | ---: | ---: |
        | ✗ **violated** | `demographic_parity.difference <= 0.1` | `gro\nup` | `missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.34 on average` | 0.75 | [0.15, 0.89] |
        | Selection rate | rows | value | 95 % interval |
        | --- | ---: | ---: | ---: |
        | `\u{1b}[2J\u{1b}[31mred` | 20 | 0.20 | [0.08, 0.42] |
        | `<script>alert(1)</script>` | 20 | 0.35 | [0.18, 0.57] |
        | `=HYPERLINK("http://x","y")` | 20 | 0.25 | [0.11, 0.47] |
        | `NaN` | 20 | 0.65 | [0.43, 0.82] |
        | `` `code` **bold** [x](http://y) @all `` | 20 | 0.50 | [0.30, 0.70] |
        | `a very long label that goes on and on and on and on and on and on and on and on until it is cut` | 20 | 0.70 | [0.48, 0.85] |
        | `a`&#124;`b`&#124;`c` | 20 | 0.30 | [0.15, 0.52] |
        | `"missing"` | 20 | 0.55 | [0.34, 0.74] |
        | `new\nline\ttab` | 20 | 0.40 | [0.22, 0.61] |
        | `zero\u{200b}width` | 20 | 0.75 | [0.53, 0.89] |
        | `\u{202e}reversed` | 20 | 0.45 | [0.26, 0.66] |
        | `日本語のとても長いラベルは切られるはずです、たぶん` | 20 | 0.60 | [0.39, 0.78] |
        | `missing` | 12 | 0.00 | [0.00, 0.24] |
        | **all rows** | 252 | 0.45 | [0.39, 0.51] |
        | gap | where | value | 95 % interval |
        | --- | --- | ---: | ---: |
        | `demographic_parity.difference` | `missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.34 on average` | 0.75 | [0.15, 0.89] |
        | `demographic_parity.ratio` | `missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.46 on average` | 0.00 | [0.00, 0.70] |
    "#]].assert_eq(&rows);
}

/// Splits a line of CSV at the commas outside quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut inside) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => inside = !inside,
            ',' if !inside => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn every_line_of_csv_has_every_column_and_no_formula() {
    for (name, report) in tables::all() {
        let text = csv(&report);
        let n_columns = fields(text.lines().next().unwrap()).len();
        for line in text.lines() {
            let fields = fields(line);
            assert_eq!(fields.len(), n_columns, "{name}: {line}");
            for field in fields {
                let is_formula = field.trim_start().starts_with(['=', '+', '-', '@']);
                assert!(!is_formula || field.parse::<f64>().is_ok(), "{name}: {field}");
                assert!(!field.contains(char::is_control), "{name}: {field:?}");
            }
        }
    }
}

#[test]
fn every_row_of_a_markdown_table_has_the_columns_of_its_heading() {
    for (name, report) in tables::all() {
        let mut n_columns = None;
        for line in markdown(&report, &tables::provenance()).lines() {
            if line.starts_with('|') {
                let n = line.matches('|').count();
                assert_eq!(n, *n_columns.get_or_insert(n), "{name}: {line}");
            } else {
                n_columns = None;
            }
            assert!(!line.contains(char::is_control), "{name}: {line:?}");
        }
    }
}

#[test]
fn of_a_counted_table_a_small_group_has_few_people_not_few_lines() {
    let report = tables::counted();
    let everywhere = [
        text(&report, &Provenance::default(), &TextStyle::default()),
        markdown(&report, &Provenance::default()).replace("&lt;", "<"),
        html_fragment(&report, &Provenance::default()).replace("&lt;", "<"),
    ];
    for page in everywhere {
        assert!(page.contains("too few rows (6 < 10)"), "{page}");
    }
}
