//! Text, whole.

use equipoise::audit::Report;
use equipoise_report::{Provenance, TextStyle, text};
use expect_test::{Expect, expect};

use crate::tables;

#[track_caller]
fn check(report: &Report, provenance: &Provenance, style: TextStyle, expected: Expect) {
    expected.assert_eq(&text(report, provenance, &style));
}

#[test]
fn berkeley_shows_what_remains_within_departments() {
    check(
        &tables::berkeley(),
        &Provenance::default(),
        TextStyle::default(),
        expect![[r#"
            Audit of a selection, binary: 4,526 rows
              prediction   admitted, positive yes: 1,755 of 4,526 (38.8 %)
              strata       department

            By gender ──────────────────────────────────────────────────────────────────────

              Selection rate   rows  value   95 % interval  0.28                        0.48
              men             2,691  0.445  [0.427, 0.464]                   ┊     ├──●──┤
              women           1,835  0.304  [0.283, 0.325]  ├───●──┤         ┊
              all rows        4,526  0.388  [0.374, 0.402]                 ├─●─┤

              Gaps between groups            value   95 % interval
              demographic_parity.difference  0.142  [0.113, 0.170]
                women 0.304, men 0.445; equal groups would show 0.012 on average
              demographic_parity.ratio       0.682  [0.628, 0.739]
                women 0.304, men 0.445; equal groups would show 0.971 on average
              conditional_parity.difference  0.203  [0.081, 0.274]
                men 0.621, women 0.824, at department = A; equal groups would show 0.089 on
                average

              Selection rate within department
                          rows           men         women
              A            933  0.621 of 825  0.824 of 108
              B            585  0.630 of 560   0.680 of 25
              C            918  0.369 of 325  0.341 of 593
              D            792  0.331 of 417  0.349 of 375
              E            584  0.277 of 191  0.239 of 393
              F            714  0.059 of 373  0.070 of 341

              men − women
              over all rows                   0.142
              within department              -0.018  [-0.047, 0.011]
              within department, as a ratio   0.945   [0.866, 1.030]
                Mantel–Haenszel, 95 % intervals
                the same odds ratio in all strata: p = 0.0021 (Breslow–Day, Tarone); strata
                differ, so read each

            Verdicts ───────────────────────────────────────────────────────────────────────
            ✗ violated    demographic_parity.difference <= 0.05, by gender
                          0.142  [0.113, 0.170]
                          women 0.304, men 0.445; equal groups would show 0.012 on average
            ? undecided   conditional_parity(department).difference <= 0.2, by gender
                          0.203  [0.081, 0.274]
                          men 0.621, women 0.824, at department = A; equal groups would show
                          0.089 on average
                          the interval holds the bound, and more than a hundred times the
                          rows would be needed to decide

            What cannot be said from these columns ─────────────────────────────────────────
              without a target: equal_opportunity, predictive_equality, equalized_odds,
                                predictive_parity, accuracy_parity
              without a target and a score: calibration

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over
            all that a gap compares (Miettinen–Nurminen).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
        "#]],
    );
}

#[test]
fn a_model_is_shown_with_verdicts_and_where_its_rows_come_from() {
    check(
        &tables::model(),
        &tables::provenance(),
        TextStyle::default(),
        expect![[r#"
            Audit of a model, binary: 1,003 rows
              target       repaid, positive 1: 302 of 1,003 (30.1 %)
              prediction   granted, positive 1: 272 of 1,003 (27.1 %)
              read         loans.parquet: 1,010 rows, 7 of them left out
              missing      sex 3
              join         1,003 rows matched; 7 rows without a match; 1,200 keys, 197 of
                           them never asked for
              note         `repaid` was read as numbers

            By sex ─────────────────────────────────────────────────────────────────────────

              Base rate                   rows  value   95 % interval  0                0.45
              female                       500  0.200  [0.167, 0.237]         ├─●─┤ ┊
              male                         500  0.400  [0.358, 0.444]               ┊  ├─●─┤
              missing                        3  too few rows (3 < 10)
              all rows                   1,003  0.301  [0.274, 0.330]              ├●─┤

              Selection rate              rows  value   95 % interval  0                0.45
              female                       500  0.160  [0.130, 0.195]        ├●─┤  ┊
              male                         500  0.380  [0.339, 0.423]              ┊  ├─●─┤
              missing                        3  too few rows (3 < 10)
              all rows                   1,003  0.271  [0.245, 0.300]             ├●┤

              True positive rate          rows  value   95 % interval  0.50             0.85
              female                       100  0.600  [0.502, 0.691]  ├─────●────┤┊
              male                         200  0.750  [0.686, 0.805]             ├──●──┤
              missing                        3  too few rows (3 < 10)
              all rows                     302  0.702  [0.648, 0.751]          ├───●─┤

              False positive rate         rows  value   95 % interval  0                0.18
              female                       400  0.050  [0.033, 0.076]      ├─●─┤ ┊
              male                         300  0.133  [0.099, 0.176]            ┊├───●────┤
              missing                        3  too few rows (3 < 10)
              all rows                     701  0.086  [0.067, 0.109]         ├──●─┤

              Positive predictive value   rows  value   95 % interval  0.64             0.86
              female                        80  0.750  [0.645, 0.832]  ├─────────●──────┤
              male                         190  0.789  [0.726, 0.841]          ├─────●───┤
              missing                        3  too few rows (3 < 10)
              all rows                     272  0.779  [0.726, 0.825]          ├────●───┤

              Accuracy                    rows  value   95 % interval  0.78             0.92
              female                       500  0.880  [0.849, 0.906]            ├───●───┤
              male                         500  0.820  [0.784, 0.851]   ├────●───┤
              missing                        3  too few rows (3 < 10)
              all rows                   1,003  0.850  [0.827, 0.871]         ├──●──┤

              Gaps between groups             value   95 % interval
                1 group left out (0.3 % of rows)
              demographic_parity.difference   0.220  [0.166, 0.273]
                female 0.160, male 0.380; equal groups would show 0.022 on average
              demographic_parity.ratio        0.421  [0.334, 0.529]
                female 0.160, male 0.380; equal groups would show 0.924 on average
              equal_opportunity.difference     0.15    [0.04, 0.26]
                female 0.60, male 0.75; equal groups would show 0.046 on average
              predictive_equality.difference  0.083  [0.041, 0.130]
                female 0.050, male 0.133; equal groups would show 0.018 on average
              equalized_odds.difference        0.15    [0.04, 0.26]
                female 0.60, male 0.75, at repaid = 1; equal groups would show 0.050 on
                average
              predictive_parity.difference    0.039  [0.000, 0.157]
                female 0.750, male 0.789; equal groups would show 0.045 on average
              accuracy_parity.difference      0.060  [0.016, 0.105]
                male 0.820, female 0.880; equal groups would show 0.018 on average

            By region ──────────────────────────────────────────────────────────────────────

              Base rate                   rows  value   95 % interval  0                 0.6
              a                            510  0.490  [0.447, 0.533]            ┊    ├●─┤
              b                            490  0.102  [0.078, 0.132]     ●┤     ┊
              c                              3  too few rows (3 < 10)
              all rows                   1,003  0.301  [0.274, 0.330]           ├●┤

              Selection rate              rows  value   95 % interval  0                0.50
              a                            510  0.412  [0.370, 0.455]             ┊   ├●─┤
              b                            490  0.122  [0.096, 0.154]      ├●┤    ┊
              c                              3  too few rows (3 < 10)
              all rows                   1,003  0.271  [0.245, 0.300]            ├●┤

              True positive rate          rows  value   95 % interval  0                 0.9
              a                            250  0.840  [0.789, 0.880]                  ┊ ├●┤
              b                             50  0.000  [0.000, 0.071]  ●─┤             ┊
              c                              3  too few rows (3 < 10)
              all rows                     302  0.702  [0.648, 0.751]                ├─●┤

              False positive rate         rows  value   95 % interval  0                0.18
              a                            260  0.000  [0.000, 0.015]  ●─┤       ┊
              b                            440  0.136  [0.107, 0.172]            ┊ ├──●───┤
              c                              3  too few rows (3 < 10)
              all rows                     701  0.086  [0.067, 0.109]         ├──●─┤

              Positive predictive value   rows  value   95 % interval  0                 1.0
              a                            210  1.000  [0.982, 1.000]                  ┊   ●
              b                             60  0.000  [0.000, 0.060]  ●┤              ┊
              c                              3  too few rows (3 < 10)
              all rows                     272  0.779  [0.726, 0.825]                 ├●

              Accuracy                    rows  value   95 % interval  0.70             0.95
              a                            510  0.922  [0.895, 0.942]              ┊   ├─●┤
              b                            490  0.776  [0.737, 0.810]     ├──●──┤  ┊
              c                              3  too few rows (3 < 10)
              all rows                   1,003  0.850  [0.827, 0.871]            ├─●─┤

              Gaps between groups             value   95 % interval
                1 group left out (0.3 % of rows)
              demographic_parity.difference   0.289  [0.237, 0.340]
                b 0.122, a 0.412; equal groups would show 0.021 on average
              demographic_parity.ratio        0.297  [0.229, 0.384]
                b 0.122, a 0.412; equal groups would show 0.927 on average
              equal_opportunity.difference    0.840  [0.766, 0.880]
                b 0.000, a 0.840; equal groups would show 0.021 on average
              predictive_equality.difference  0.136  [0.107, 0.172]
                a 0.000, b 0.136; equal groups would show 0.013 on average
              equalized_odds.difference       0.840  [0.746, 0.880]
                b 0.000, a 0.840, at repaid = 1; equal groups would show 0.025 on average
              predictive_parity.difference    1.000  [0.940, 1.000]
                b 0.000, a 1.000; equal groups would show 0.0096 on average
              accuracy_parity.difference      0.146  [0.103, 0.191]
                b 0.776, a 0.922; equal groups would show 0.018 on average

            Verdicts ───────────────────────────────────────────────────────────────────────
            ✗ violated    demographic_parity.ratio[sex] >= 0.8, by sex
                          0.421  [0.334, 0.529]
                          female 0.160, male 0.380; equal groups would show 0.924 on
                          average; 1 group left out (0.3 % of rows)
            ✓ holds       equal_opportunity.difference[sex] <= 0.3, by sex
                          0.15  [0.04, 0.26]
                          female 0.60, male 0.75; equal groups would show 0.046 on average;
                          1 group left out (0.3 % of rows)
            ? undecided   predictive_equality.difference[sex] <= 0.08, by sex
                          0.083  [0.041, 0.130]
                          female 0.050, male 0.133; equal groups would show 0.018 on
                          average; 1 group left out (0.3 % of rows)
                          the interval holds the bound, and more than a hundred times the
                          rows would be needed to decide
            ✓ holds       accuracy.min[region] >= 0.7, by region
                          0.776  [0.737, 0.815]
                          b 0.776; 1 group left out (0.3 % of rows)

            What cannot be said from these columns ─────────────────────────────────────────
              without strata: conditional_parity
              without a score: calibration

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over
            all that a gap compares (Miettinen–Nurminen; limits of each group alone
            (Šidák)).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
            Groups with fewer than 10 rows are shown, but take no part in gaps and verdicts.
        "#]],
    );
}

#[test]
fn a_narrow_page_has_no_drawing() {
    let style = TextStyle { width: 60, ..TextStyle::default() };
    check(
        &tables::berkeley(),
        &Provenance::default(),
        style,
        expect![[r#"
            Audit of a selection, binary: 4,526 rows
              prediction   admitted, positive yes: 1,755 of 4,526
                           (38.8 %)
              strata       department

            By gender ──────────────────────────────────────────────────

              Selection rate   rows  value   95 % interval  0.28    0.48
              men             2,691  0.445  [0.427, 0.464]        ┊ ├●┤
              women           1,835  0.304  [0.283, 0.325]  ├●┤   ┊
              all rows        4,526  0.388  [0.374, 0.402]       ├●┤

              Gaps between groups            value   95 % interval
              demographic_parity.difference  0.142  [0.113, 0.170]
                women 0.304, men 0.445; equal groups would show 0.012 on
                average
              demographic_parity.ratio       0.682  [0.628, 0.739]
                women 0.304, men 0.445; equal groups would show 0.971 on
                average
              conditional_parity.difference  0.203  [0.081, 0.274]
                men 0.621, women 0.824, at department = A; equal groups
                would show 0.089 on average

              Selection rate within department
                          rows           men         women
              A            933  0.621 of 825  0.824 of 108
              B            585  0.630 of 560   0.680 of 25
              C            918  0.369 of 325  0.341 of 593
              D            792  0.331 of 417  0.349 of 375
              E            584  0.277 of 191  0.239 of 393
              F            714  0.059 of 373  0.070 of 341

              men − women
              over all rows                   0.142
              within department              -0.018  [-0.047, 0.011]
              within department, as a ratio   0.945   [0.866, 1.030]
                Mantel–Haenszel, 95 % intervals
                the same odds ratio in all strata: p = 0.0021
                (Breslow–Day, Tarone); strata differ, so read each

            Verdicts ───────────────────────────────────────────────────
            ✗ violated    demographic_parity.difference <= 0.05, by
                          gender
                          0.142  [0.113, 0.170]
                          women 0.304, men 0.445; equal groups would
                          show 0.012 on average
            ? undecided   conditional_parity(department).difference <=
                          0.2, by gender
                          0.203  [0.081, 0.274]
                          men 0.621, women 0.824, at department = A;
                          equal groups would show 0.089 on average
                          the interval holds the bound, and more than a
                          hundred times the rows would be needed to
                          decide

            What cannot be said from these columns ─────────────────────
              without a target: equal_opportunity, predictive_equality,
                                equalized_odds, predictive_parity,
                                accuracy_parity
              without a target and a score: calibration

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson);
            of gaps together over all that a gap compares
            (Miettinen–Nurminen).
            A largest gap is larger than zero even among equal groups;
            what they would show stands beside it.
        "#]],
    );
}

#[test]
fn a_wide_page_in_ascii() {
    let style = TextStyle { width: 120, ascii: true, ..TextStyle::default() };
    check(
        &tables::weighted(),
        &Provenance::default(),
        style,
        expect![[r#"
            Audit of a model, binary: 240 rows
              target       income, positive >50K: 40 of 240 (14.6 %)
              score        p, selected from 0.5 on: 119 of 240 (49.5 %)
              weights      fnlwgt, sampling weights, in all 960

            By region --------------------------------------------------------------------------------------------------------------

              Base rate                  rows  value   95 % interval  0                               0.50
              east                         80  0.000  [0.000, 0.050]  o--|      :
              north                        80  0.125  [0.069, 0.215]       |---o-----|
              south                        80  0.344  [0.239, 0.467]            :      |------o--------|
              all rows                    240  0.146  [0.104, 0.201]         |--o---|

              Selection rate             rows  value   95 % interval  0.35                            0.65
              east                         80   0.47    [0.36, 0.59]    |------------o------------|
              north                        80   0.50    [0.38, 0.62]      |------------o-------------|
              south                        80   0.52    [0.40, 0.63]        |-------------o------------|
              all rows                    240   0.50    [0.43, 0.56]           |-------o-------|

              True positive rate         rows  value   95 % interval  0                                0.8
              east                         80  undefined: no row has the positive outcome
              north                        20   0.45    [0.25, 0.66]             |--------o--------|
              south                        20   0.55    [0.34, 0.75]                 |--------o--------|
              all rows                     40   0.53    [0.36, 0.69]                  |------o------|

              False positive rate        rows  value   95 % interval  0.35                            0.65
              east                         80   0.47    [0.36, 0.59]    |------------o------------|
              north                        60   0.51    [0.37, 0.64]     |--------------o---------------|
              south                        60   0.50    [0.37, 0.63]    |--------------o---------------|
              all rows                    200   0.49    [0.42, 0.56]          |-------o--------|

              Positive predictive value  rows  value   95 % interval  0                                0.6
              east                         38  0.000  [0.000, 0.099]  o-----|  :
              north                        40  0.113  [0.047, 0.246]     |---o------|
              south                        41  0.366  [0.222, 0.537]           :   |-------o---------|
              all rows                    119  0.156  [0.097, 0.240]        |--o----|

              Accuracy                   rows  value   95 % interval  0.35                            0.65
              east                         80   0.53    [0.41, 0.64]         |------------o------------|
              north                        80   0.49    [0.37, 0.61]    |-------------o-------------|
              south                        80   0.52    [0.40, 0.63]        |-------------o------------|
              all rows                    240   0.51    [0.44, 0.58]             |-------o-------|

              Area under the ROC curve   rows  value   95 % interval  0                                0.7
              east                         80  undefined: no row has the positive outcome
              north                        80   0.48    [0.33, 0.63]                   |------o-------|
              south                        80   0.53    [0.38, 0.67]                     |------o-------|
              all rows                    240   0.52    [0.41, 0.63]                      |-----o-----|

              Gaps between groups             value  95 % interval
              demographic_parity.difference    0.04   [0.00, 0.20]
                east 0.47, south 0.52; equal groups would show 0.10 on average
              demographic_parity.ratio         0.92   [0.66, 1.00]
                east 0.47, south 0.52; equal groups would show 0.82 on average
              equal_opportunity.difference     0.10   [0.00, 0.40]
                north 0.45, south 0.55; equal groups would show 0.13 on average
                undefined in east (no row has the positive outcome)
              predictive_equality.difference   0.03   [0.00, 0.20]
                east 0.47, north 0.51; equal groups would show 0.11 on average
              equalized_odds.difference        0.10   [0.00, 0.40]
                north 0.45, south 0.55, at income = >50K; equal groups would show 0.16 on average
                undefined in east (no row has the positive outcome)
              predictive_parity.difference     0.37   [0.15, 0.54]
                east 0.00, south 0.37; equal groups would show 0.095 on average
              accuracy_parity.difference       0.04   [0.00, 0.20]
                north 0.49, east 0.53; equal groups would show 0.10 on average
              demographic_parity.ks            0.05   [0.00, 0.44]
                east, south
              roc_auc.difference               0.05   [0.00, 0.26]
                north 0.48, south 0.53; equal groups would show 0.086 on average
                undefined in east (no row has the positive outcome)

            Verdicts ---------------------------------------------------------------------------------------------------------------
            ? undecided   equal_opportunity.difference <= 0.1, by region
                          0.10  [0.00, 0.40]
                          north 0.45, south 0.55; equal groups would show 0.13 on average
                          undefined in east (no row has the positive outcome)
                          the interval holds the bound, and more than a hundred times the rows would be needed to decide
            + holds       demographic_parity.ratio >= 0.5, by region
                          0.92  [0.66, 1.00]
                          east 0.47, south 0.52; equal groups would show 0.82 on average

            What cannot be said from these columns ---------------------------------------------------------------------------------
              without strata: conditional_parity

            o value, |-| its interval, : value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson at the effective number of rows; DeLong, logit scale); of gaps
            together over all that a gap compares (Newcombe, max-t; MOVER-R, max-t; Miettinen-Nurminen; DKW bands, all pairs;
            MOVER).
            A largest gap is larger than zero even among equal groups; what they would show stands beside it.
        "#]],
    );
}

#[test]
fn of_many_groups_the_extremes_are_shown() {
    check(
        &tables::many_groups(60),
        &Provenance::default(),
        TextStyle::default(),
        expect![[r#"
            Audit of recorded outcomes, binary: 1,157 rows
              target       complaint upheld, positive 1: 389 of 1,157 (33.6 %)

            By district ────────────────────────────────────────────────────────────────────

              Base rate     rows  value  95 % interval  0                                0.8
              district 36     21   0.14   [0.05, 0.35]    ├───●────────┤
              district 0      20   0.15   [0.05, 0.36]    ├────●────────┤
              district 9      24   0.17   [0.07, 0.36]     ├───●────────┤
              district 18     23   0.17   [0.07, 0.37]     ├────●───────┤
              district 27     22   0.18   [0.07, 0.39]     ├────●────────┤
              district 19     24   0.21   [0.09, 0.40]      ├────●────────┤
              district 54     24   0.21   [0.09, 0.40]      ├────●────────┤
              district 28     23   0.22   [0.10, 0.42]      ├─────●───────┤
              district 37     22   0.23   [0.10, 0.43]      ├─────●────────┤
              district 1      21   0.24   [0.11, 0.45]       ├────●─────────┤
              district 11     21   0.24   [0.11, 0.45]       ├────●─────────┤
              district 46     21   0.24   [0.11, 0.45]       ├────●─────────┤
              district 56     21   0.24   [0.11, 0.45]       ├────●─────────┤
              district 20     20   0.25   [0.11, 0.47]       ├─────●─────────┤
              district 29     24   0.25   [0.12, 0.45]       ├─────●────────┤
              district 55     20   0.25   [0.11, 0.47]       ├─────●─────────┤
              district 12     22   0.27   [0.13, 0.48]        ├─────●────────┤
              district 2      22   0.27   [0.13, 0.48]        ├─────●────────┤
              district 47     22   0.27   [0.13, 0.48]        ├─────●────────┤
              district 57     22   0.27   [0.13, 0.48]        ├─────●────────┤
              district 14     24   0.38   [0.21, 0.57]           ├──────●────────┤
              district 41     21   0.38   [0.21, 0.59]           ├───────●────────┤
              district 51     21   0.38   [0.21, 0.59]           ├───────●────────┤
              district 23     23   0.39   [0.22, 0.59]            ├──────●────────┤
              district 15     20   0.40   [0.22, 0.61]            ├───────●────────┤
              district 50     20   0.40   [0.22, 0.61]            ├───────●────────┤
              district 32     22   0.41   [0.23, 0.61]            ├───────●────────┤
              district 42     22   0.41   [0.23, 0.61]            ├───────●────────┤
              district 6      21   0.43   [0.24, 0.63]             ├───────●────────┤
              district 33     23   0.43   [0.26, 0.63]             ├───────●────────┤
              district 43     23   0.48   [0.29, 0.67]               ├───────●───────┤
              district 25     20   0.50   [0.30, 0.70]               ├────────●────────┤
              district 34     24   0.50   [0.31, 0.69]                ├───────●───────┤
              district 44     24   0.50   [0.31, 0.69]                ├───────●───────┤
              district 7      22   0.50   [0.31, 0.69]               ├────────●───────┤
              district 53     23   0.52   [0.33, 0.71]                ├────────●───────┤
              district 8      23   0.52   [0.33, 0.71]                ├────────●───────┤
              district 16     21   0.52   [0.32, 0.72]                ├────────●───────┤
              district 26     21   0.52   [0.32, 0.72]                ├────────●───────┤
              district 35     20   0.55   [0.34, 0.74]                 ├────────●───────┤
              all rows     1,157   0.34   [0.31, 0.36]                ├●┤
                by value; 20 more groups: 11 between these, 9 with too few rows

              Gaps between groups            value  95 % interval
                9 groups left out (3.1 % of rows)
              demographic_parity.difference   0.41   [0.00, 0.62]
                district 36 0.14, district 35 0.55; equal groups would show 0.44 on average
              demographic_parity.ratio        0.26   [0.09, 1.00]
                district 36 0.14, district 35 0.55; equal groups would show 0.21 on average

            Verdicts ───────────────────────────────────────────────────────────────────────
            ✓ holds       demographic_parity.difference <= 0.9, by district
                          0.41  [0.00, 0.62]
                          district 36 0.14, district 35 0.55; equal groups would show 0.44
                          on average; 9 groups left out (3.1 % of rows)

            What cannot be said from these columns ─────────────────────────────────────────
              without a prediction or score: equal_opportunity, predictive_equality,
                                             equalized_odds, predictive_parity,
                                             accuracy_parity
              without strata: conditional_parity
              without a score: calibration

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over
            all that a gap compares (Newcombe, max-t; MOVER-R, max-t).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
            Groups with fewer than 10 rows are shown, but take no part in gaps and verdicts.
        "#]],
    );
}

#[test]
fn classes_are_shown_by_their_shares() {
    check(
        &tables::multiclass(),
        &Provenance::default(),
        TextStyle::default(),
        expect![[r#"
            Audit of a model, multiclass: 400 rows
              target       readmitted, 3 classes: <30, >30, NO
              prediction   predicted, 3 classes: <30, >30, NO

            By race ────────────────────────────────────────────────────────────────────────

              Accuracy              rows  value   95 % interval  0.70                   0.88
              A                      102  0.804  [0.716, 0.869]    ├────────────●────────┤
              B                      100  0.800  [0.711, 0.867]    ├───────────●─────────┤
              C                       99  0.798  [0.708, 0.865]   ├────────────●─────────┤
              missing                 99  0.798  [0.708, 0.865]   ├────────────●─────────┤
              all rows               400  0.800  [0.758, 0.836]          ├─────●─────┤

              predicted_share(<30)  rows  value   95 % interval  0.20                   0.45
              A                      102  0.333  [0.249, 0.429]       ├────────●─────────┤
              B                      100  0.340  [0.255, 0.437]        ├────────●─────────┤
              C                       99  0.343  [0.257, 0.441]        ├────────●─────────┤
              missing                 99  0.323  [0.239, 0.420]      ├────────●─────────┤
              all rows               400  0.335  [0.291, 0.383]           ├────●────┤

              predicted_share(>30)  rows  value   95 % interval  0.20                   0.45
              A                      102  0.343  [0.258, 0.439]        ├────────●─────────┤
              B                      100  0.320  [0.237, 0.417]      ├───────●──────────┤
              C                       99  0.323  [0.239, 0.420]      ├────────●─────────┤
              missing                 99  0.333  [0.248, 0.431]       ├────────●─────────┤
              all rows               400  0.330  [0.286, 0.378]           ├────●───┤

              predicted_share(NO)   rows  value   95 % interval  0.20                   0.45
              A                      102  0.324  [0.241, 0.419]      ├────────●─────────┤
              B                      100  0.340  [0.255, 0.437]        ├────────●─────────┤
              C                       99  0.333  [0.248, 0.431]       ├────────●─────────┤
              missing                 99  0.343  [0.257, 0.441]        ├────────●─────────┤
              all rows               400  0.335  [0.291, 0.383]           ├────●────┤

              Gaps between groups         value   95 % interval
              demographic_parity.tv        0.02    [0.00, 0.40]
                A, B
              equalized_odds.tv            0.04    [0.00, 0.74]
                A, B, at readmitted = >30
              accuracy_parity.difference  0.006  [0.000, 0.117]
                C 0.798, A 0.804; equal groups would show 0.083 on average

            Verdicts ───────────────────────────────────────────────────────────────────────
            ? undecided   demographic_parity.tv <= 0.3, by race
                          0.02  [0.00, 0.40]
                          A, B
                          the interval holds the bound; if the values stay as seen, about
                          3.9 times the rows would decide

            What cannot be said from these columns ─────────────────────────────────────────
              without strata: conditional_parity

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over
            all that a gap compares (multinomial deviation bound, all pairs; Newcombe,
            max-t).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
        "#]],
    );
}

#[test]
fn means_are_shown_in_their_unit() {
    check(
        &tables::regression(),
        &Provenance::default(),
        TextStyle::default(),
        expect![[r#"
            Audit of a model, regression: 300 rows
              target       wage
              score        wage_predicted

            By sex ─────────────────────────────────────────────────────────────────────────

              Mean outcome             rows   value     95 % interval  48,000         55,000
              female                    150  50,413  [48,492, 52,334]   ├─────●────┤
              male                      150  53,050  [51,129, 54,971]           ├────●─────┤
              all rows                  300  51,732  [50,373, 53,090]         ├───●───┤

              Mean prediction          rows   value     95 % interval  45,000         51,000
              female                    150  47,287  [45,747, 48,827]    ├─────●────┤
              male                      150  49,433  [47,895, 50,971]            ├────●────┤
              all rows                  300  48,360  [47,271, 49,449]          ├──●───┤

              Mean residual            rows   value     95 % interval  2,600           4,200
              female                    150   3,126    [2,731, 3,520]    ├────●────┤
              male                      150   3,617    [3,220, 4,013]          ├────●────┤
              all rows                  300   3,371    [3,092, 3,651]        ├───●──┤

              Mean absolute error      rows   value     95 % interval  2,800           4,200
              female                    150   3,274    [2,912, 3,635]    ├────●────┤
              male                      150   3,677    [3,296, 4,059]         ├─────●────┤
              all rows                  300   3,475    [3,213, 3,738]        ├───●──┤

              Root mean squared error  rows   value     95 % interval  3,600           4,800
              female                    150   3,964    [3,613, 4,286]  ├─────●────┤
              male                      150   4,369    [4,004, 4,705]         ├─────●────┤
              all rows                  300   4,171    [3,921, 4,407]       ├────●──┤

              Gaps between groups             value  95 % interval
              demographic_parity.difference   2,146     [0, 4,314]
                female 47,287, male 49,433; equal groups would show 880 on average
              demographic_parity.ks            0.09   [0.00, 0.33]
                female, male; equal groups would show 0.10 on average
              mean_residual.difference          491     [0, 1,048]
                female 3,126, male 3,617; equal groups would show 226 on average
              mean_absolute_error.difference    404       [0, 928]
                female 3,274, male 3,677; equal groups would show 213 on average

            Verdicts ───────────────────────────────────────────────────────────────────────
            ? undecided   demographic_parity.difference <= 1000, by sex
                          2,146  [0, 4,314]
                          female 47,287, male 49,433; equal groups would show 880 on average
                          the interval holds the bound; if the values stay as seen, about
                          7.2 times the rows would decide

            What cannot be said from these columns ─────────────────────────────────────────
              without strata: conditional_parity

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Student t; root of Student t);
            of gaps together over all that a gap compares (Welch; DKW bands, all pairs).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
        "#]],
    );
}

#[test]
fn hostile_labels_are_shown_as_they_are_spelled() {
    check(
        &tables::hostile(),
        &Provenance::default(),
        TextStyle::default(),
        expect![[r#"
            Audit of a selection, binary: 252 rows
              prediction   \u{1b}]0;title\u{7}col|umn, positive yes: 114 of 252 (45.2 %)

            By gro\nup ─────────────────────────────────────────────────────────────────────

              Selection rate                      rows  value  95 % interval  0          0.9
              \u{1b}[2J\u{1b}[31mred                20   0.20   [0.08, 0.42]   ├─●──┤┊
              <script>alert(1)</script>             20   0.35   [0.18, 0.57]     ├─●──┤
              =HYPERLINK("http://x","y")            20   0.25   [0.11, 0.47]    ├─●──┤
              NaN                                   20   0.65   [0.43, 0.82]        ├──●──┤
              `code` **bold** [x](http://y) @all    20   0.50   [0.30, 0.70]      ├──●──┤
              a very long label that goes on an…    20   0.70   [0.48, 0.85]         ├──●─┤
              a|b|c                                 20   0.30   [0.15, 0.52]    ├─●──┤
              "missing"                             20   0.55   [0.34, 0.74]       ├──●──┤
              new\nline\ttab                        20   0.40   [0.22, 0.61]     ├──●──┤
              zero\u{200b}width                     20   0.75   [0.53, 0.89]         ┊├──●─┤
              \u{202e}reversed                      20   0.45   [0.26, 0.66]      ├──●──┤
              日本語のとても長いラベルは切られ…     20   0.60   [0.39, 0.78]        ├──●─┤
              missing                               12   0.00   [0.00, 0.24]  ●───┤  ┊
              all rows                             252   0.45   [0.39, 0.51]        ├●

              Gaps between groups            value  95 % interval
              demographic_parity.difference   0.75   [0.15, 0.89]
                missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.34 on
                average
              demographic_parity.ratio        0.00   [0.00, 0.70]
                missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.46 on
                average

            Verdicts ───────────────────────────────────────────────────────────────────────
            ✗ violated    demographic_parity.difference <= 0.1, by gro\nup
                          0.75  [0.15, 0.89]
                          missing 0.00, zero\u{200b}width 0.75; equal groups would show 0.34
                          on average

            What cannot be said from these columns ─────────────────────────────────────────
              without a target: equal_opportunity, predictive_equality, equalized_odds,
                                predictive_parity, accuracy_parity
              without strata: conditional_parity
              without a target and a score: calibration

            ● value, ├─┤ its interval, ┊ value over all rows.
            Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over
            all that a gap compares (Newcombe, max-t; MOVER-R, max-t).
            A largest gap is larger than zero even among equal groups; what they would show
            stands beside it.
        "#]],
    );
}
