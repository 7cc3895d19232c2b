//! From a recipe and a table to a model.

use equipoise::{
    certificate::{Certificate, HeldOutRows},
    groups::Cuts,
    inference::Confidence,
    methods::{
        FitError,
        one_vs_rest::{self, Probabilities},
        registry::Method,
    },
    notion::{ColumnNames, Notion},
    stats::{Task, WeightKind},
};
use equipoise_audit::{Cut, CutPoints, Failure, Kind, Parameter, Table};
use equipoise_table::{ColumnRequest, Kind as Role, MissingPolicy};

use crate::{
    Watch,
    complaints::{fit_error, read_error, rows_error},
    encoder::{self, Encoder, FitOptions, Tally, Values},
    explain,
    frame::{self, Column, Frame},
    kinds::{self, Holds},
    model::{Head, Ingredients, Model, Parts},
    outcome::{CLASSES_MAX, Outcome, Reading},
    recipe::Recipe,
    roles::Roles,
    sample::{self, Sample},
    settings::{self, Fitting},
    split,
    summary::Summary,
    target::Target,
};

/// Levels of a column that makes groups.
const GROUPS_MAX: usize = 65_536;

/// A model, and what there is to tell of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// How it came out.
    pub summary: Summary,
    /// What was shown, for each score, on the rows of the fit and on those held out; empty for an ordinary model.
    pub certificates: Vec<Certificate>,
    /// What was decided for the user and what to beware of, a sentence each: to be said at once.
    pub notes: Vec<String>,
}

impl Trained {
    /// Returns a short word on how the model came out, as text of this width.
    pub fn text(&self, width: usize) -> String {
        let mut explanation = explain::of_model(&self.model);
        for (score, certificate) in explanation.scores.iter_mut().zip(&self.certificates) {
            score.certificate = certificate.sentences();
        }
        let is_held_out = self.summary.rows_held_out > 0;
        explain::text::short(&explanation, &self.summary.lines(), is_held_out, width)
    }
}

/// Makes a model of a table: one pass over it, and one before it where a file does not say which columns are numbers.
///
/// The features of all rows are held in memory, sparse where most are zeros.
///
/// # Errors
/// When the recipe contradicts itself or asks for what the method cannot do; when the table cannot be read, lacks a
/// column or holds a value that its role does not allow; when nothing can be compared; when the watch wants no more.
pub fn train(table: &Table, recipe: &Recipe, watch: &dyn Watch) -> Result<Trained, Failure> {
    let mut notes = Vec::new();
    let asked = Asked::new(recipe)?;
    let roles = Roles::new(recipe, &asked.strata, table)?;
    let read = Read::new(table, recipe, &asked, &roles, watch, &mut notes)?;
    let notion = asked.notion_for(&read.outcome.target);
    let fitting = settings::fitting(recipe, asked.method, &notion)?;
    let parts = split::split(read.rows, recipe)?;
    let options = FitOptions { scaling: recipe.scaling, missing_indicators: recipe.missing_indicators };
    let features: Vec<(&str, &Column)> =
        read.features.iter().map(|(name, column)| (name.as_str(), column)).collect();
    let encoder = encoder::fit(&features, &parts.fitted, options);
    if encoder.n_features() == 0 {
        return Err(Failure::new("no column is left to make a model of: each has one value alone")
            .of_kind(Kind::Data)
            .about(Parameter::Features));
    }
    let sample = read.sample(&encoder, &parts.fitted)?;
    let context = Context { recipe, read: &read, encoder: &encoder };
    let mut fitted = context.fit(&fitting, &sample, &parts.fitted)?;
    fitted.ingredients = ingredients(recipe, &roles, read.cuts.clone());
    let model = Model::new(encoder, fitted)?;
    let scores = model.scores_of(&sample.rows.view())?;
    let summary = Summary::new(&model, &read.outcome, &parts, &scores, read.counts);
    notes.extend(summary.warnings(&model, recipe.spelling));
    let certificates = read.certificates(&model, &parts.held_out, recipe)?;
    Ok(Trained { model, summary, certificates, notes })
}

/// What a fit is about, for its errors.
struct Context<'a> {
    recipe: &'a Recipe,
    read: &'a Read,
    encoder: &'a Encoder,
}

impl Context<'_> {
    fn fit(&self, fitting: &Fitting, sample: &Sample, rows: &[usize]) -> Result<Parts, Failure> {
        let target = &self.read.outcome.target;
        let failed = |error: FitError| fit_error(&error, self.recipe, self.encoder, target);
        let plan = match fitting {
            Fitting::Scores(plan) => plan,
            Fitting::Projection(plan) => {
                let numbers = self.read.outcome.numbers(rows);
                let model = sample.with(&numbers, |labelled| plan.fit(labelled)).map_err(failed)?;
                let mut parts = Parts::new(Vec::new(), Target::Transformed, Vec::new());
                parts.transform = Some(model.projection().clone());
                return Ok(parts);
            }
        };
        if matches!(target, Target::Number) {
            let numbers = self.read.outcome.numbers(rows);
            let fitted = sample.with(&numbers, |labelled| plan.fit(labelled)).map_err(failed)?;
            let head = Head { score: fitted.score, training: fitted.training };
            return Ok(Parts::new(Vec::new(), Target::Number, vec![head]));
        }
        let codes = self.read.outcome.classes(rows);
        let probabilities = match self.recipe.probabilities {
            true => Probabilities::OutOfFold { folds: FOLDS },
            false => Probabilities::Direct,
        };
        let n_classes = target.labels().len();
        let fitted = sample
            .with_classes(&codes, n_classes, |classed| one_vs_rest::fit(plan, classed, probabilities))
            .map_err(failed)?;
        let heads = fitted.scores.into_iter().zip(fitted.trainings);
        let heads = heads.map(|(score, training)| Head { score, training }).collect();
        let mut parts = Parts::new(Vec::new(), target.clone(), heads);
        parts.calibration = fitted.calibration;
        Ok(parts)
    }
}

/// Folds for probabilities, as scikit-learn has them.
const FOLDS: usize = 5;

/// What the recipe asks for, before any row is read.
struct Asked {
    method: &'static Method,
    notion: Option<Notion>,
    strata: Vec<String>,
}

impl Asked {
    fn new(recipe: &Recipe) -> Result<Self, Failure> {
        let spelling = recipe.spelling;
        let method = settings::method(recipe)?;
        Confidence::new(recipe.confidence).map_err(|error| {
            Failure::new(error).detail(spelling.within(Parameter::Confidence)).about(Parameter::Confidence)
        })?;
        if recipe.held_out.is_some() && recipe.sensitive.is_empty() {
            return Err(Failure::new(format_args!(
                "{} is for the certificate, and nothing is compared",
                spelling.name(Parameter::HeldOut)
            ))
            .about(Parameter::HeldOut)
            .help(format_args!(
                "name the columns that make groups: {}",
                spelling.form(Parameter::Sensitive, "COLUMN,…")
            )));
        }
        settings::check_task(recipe, method)?;
        if recipe.sensitive.is_empty() {
            let given = [
                (recipe.notion.is_some(), Parameter::Notion),
                (!recipe.bound.is_empty(), Parameter::Bound),
                (recipe.cross, Parameter::Cross),
                (!recipe.strata.is_empty(), Parameter::Strata),
                (recipe.sensitive_in_features, Parameter::SensitiveInFeatures),
            ];
            if let Some((_, parameter)) = given.into_iter().find(|(is_given, _)| *is_given) {
                return Err(Failure::new(format_args!(
                    "{} is given without {}",
                    spelling.name(parameter),
                    spelling.name(Parameter::Sensitive)
                ))
                .about(parameter)
                .help(format_args!(
                    "name the columns that make groups: {}",
                    spelling.form(Parameter::Sensitive, "COLUMN,…")
                )));
            }
        }
        if recipe.cross && recipe.sensitive.len() < 2 {
            return Err(Failure::new(format_args!(
                "{} needs two or more sensitive columns",
                spelling.name(Parameter::Cross)
            ))
            .about(Parameter::Cross));
        }
        let (notion, strata) = Self::notion(recipe)?;
        Self::check_cuts(recipe, &strata)?;
        let asked = Self { method, notion, strata };
        // What can be wrong with the settings is said before anything is read; the notion may still change.
        settings::fitting(recipe, method, &asked.notion_for(&Target::Number))?;
        Ok(asked)
    }

    /// The notion as it is asked for, and the strata. Demographic parity inside strata is conditional parity.
    fn notion(recipe: &Recipe) -> Result<(Option<Notion>, Vec<String>), Failure> {
        let spelling = recipe.spelling;
        let set = recipe.settings.iter().find(|(key, _)| key == "notion").map(|(_, value)| value.as_str());
        let notion = recipe.notion.as_deref().or(set).map(|text| {
            text.parse::<Notion>().map_err(|error| {
                let (line, carets) = error.excerpt();
                Failure::new(&error)
                    .of_kind(Kind::Requirement)
                    .about(Parameter::Notion)
                    .detail(line)
                    .detail(carets)
                    .detail(spelling.within(Parameter::Notion))
                    .help_if(error.help())
            })
        });
        let notion = notion.transpose()?;
        let named = match &notion {
            Some(Notion::ConditionalParity(columns)) => columns.iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if !named.is_empty() && !recipe.strata.is_empty() && named != recipe.strata {
            return Err(Failure::new(format_args!(
                "{} and {} name other columns",
                spelling.name(Parameter::Notion),
                spelling.name(Parameter::Strata)
            ))
            .about(Parameter::Strata));
        }
        let strata = if recipe.strata.is_empty() { named } else { recipe.strata.clone() };
        let columns = || ColumnNames::new(strata.iter().map(String::as_str)).unwrap_or(ColumnNames::none());
        let notion = match notion {
            Some(Notion::ConditionalParity(_)) if strata.is_empty() => {
                return Err(Failure::new("conditional parity needs strata, and none are named")
                    .about(Parameter::Strata)
                    .help(format_args!("name them: {}", spelling.form(Parameter::Strata, "COLUMN,…"))));
            }
            None | Some(Notion::DemographicParity | Notion::ConditionalParity(_)) if !strata.is_empty() => {
                Some(Notion::ConditionalParity(columns()))
            }
            Some(other) if !strata.is_empty() => {
                return Err(Failure::new(format_args!("{} has no strata", other.name()))
                    .about(Parameter::Strata)
                    .help(format_args!(
                        "{} compares inside strata",
                        spelling.word(Parameter::Notion, "conditional_parity")
                    )));
            }
            other => other,
        };
        Ok((notion, strata))
    }

    fn check_cuts(recipe: &Recipe, strata: &[String]) -> Result<(), Failure> {
        let spelling = recipe.spelling;
        for (place, cut) in recipe.cuts.iter().enumerate() {
            let column = &cut.column;
            let fault = |what: String| {
                Failure::new(what).detail(spelling.within(Parameter::Cuts)).about(Parameter::Cuts)
            };
            if recipe.cuts[..place].iter().any(|before| before.column == *column) {
                return Err(fault(format!("`{column}` is cut twice")));
            }
            if !recipe.sensitive.contains(column) && !strata.contains(column) {
                return Err(fault(format!(
                    "`{column}` is cut, but is neither a sensitive column nor a stratum"
                )));
            }
        }
        Ok(())
    }

    /// Whether the method predicts both classes and numbers.
    fn is_open(&self) -> bool {
        let is_able = |task: Task| self.method.tasks.contains(&task);
        is_able(Task::Binary) && is_able(Task::Regression)
    }

    fn notion_for(&self, target: &Target) -> Notion {
        self.notion.clone().unwrap_or(match target {
            Target::Number => Notion::DemographicParity,
            _ => Notion::EqualOpportunity,
        })
    }
}

/// The table in memory, by role.
struct Read {
    rows: usize,
    outcome: Outcome,
    sensitive: Vec<frame::Coded>,
    strata: Vec<frame::Coded>,
    weights: Option<Vec<f64>>,
    features: Vec<(String, Column)>,
    cuts: Vec<Cut>,
    counts: Counts,
}

/// What became of the rows of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) dropped: u64,
}

impl Read {
    fn new(
        table: &Table,
        recipe: &Recipe,
        asked: &Asked,
        roles: &Roles,
        watch: &dyn Watch,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        let target_name = roles.name(roles.target);
        let mut to_ask: Vec<usize> =
            roles.features.iter().copied().filter(|column| !roles.categorical.contains(column)).collect();
        let asks_target = asked.is_open() && recipe.task.is_none();
        if asks_target {
            to_ask.push(roles.target);
        }
        let infos: Vec<_> = to_ask.iter().map(|&column| &roles.columns[column]).collect();
        let holds = kinds::of_columns(&table.source, &infos, recipe.threads, watch)
            .map_err(|error| read_error(error, &[], recipe))?;
        let holds_of =
            |column: usize| to_ask.iter().position(|&asked| asked == column).map(|place| holds[place]);
        let reading =
            Reading::of(recipe, asked.method, &table.hints, target_name, holds_of(roles.target), notes);
        let reader = Reader { recipe, roles, reading };
        let requests = reader.requests(|column| holds_of(column).unwrap_or(Holds::Labels));
        let (asked_for, most): (Vec<ColumnRequest>, Vec<usize>) = requests.into_iter().unzip();
        let frame = frame::read(&table.source, &asked_for, &most, recipe.threads, watch)
            .map_err(|error| read_error(error, &reader.places(), recipe))?;
        reader.take(frame, table, notes)
    }

    /// Returns some rows as a method is fitted on them.
    fn sample(&self, encoder: &Encoder, rows: &[usize]) -> Result<Sample, Failure> {
        let all = rows.len() == self.rows;
        let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let picked = |coded: &frame::Coded| if all { coded.clone() } else { coded.rows(rows) };
        let used: Vec<Column> = encoder
            .columns()
            .iter()
            .filter_map(|column| self.features.iter().find(|(name, _)| *name == column.name))
            .map(|(_, column)| match column {
                Column::Real(values) => Column::Real(pick(values)),
                Column::Labels(coded) => Column::Labels(picked(coded)),
            })
            .collect();
        let values: Vec<Values<'_>> = used.iter().map(Column::values).collect();
        let mut tally = Tally::new(values.len());
        let encoded =
            encoder.encode(&values, rows.len(), &mut tally).map_err(|error| rows_error(&error, encoder))?;
        Ok(Sample {
            rows: encoded,
            sensitive: self.sensitive.iter().map(picked).collect(),
            strata: self.strata.iter().map(picked).collect(),
            weights: self.weights.as_deref().map(pick),
        })
    }
}

impl Read {
    /// Returns what is shown of each score, by the fit itself and by the rows that were held out.
    fn certificates(
        &self,
        model: &Model,
        held_out: &[usize],
        recipe: &Recipe,
    ) -> Result<Vec<Certificate>, Failure> {
        let level = |error| Failure::new(error).about(Parameter::Confidence);
        let confidence = Confidence::new(recipe.confidence).map_err(level)?;
        let of_head = |head: &Head| explain::certificate(model, head, recipe.confidence);
        let mut certificates: Vec<Certificate> = model.heads().iter().filter_map(of_head).collect();
        if held_out.is_empty() || certificates.is_empty() {
            return Ok(certificates);
        }
        let sample = self.sample(model.encoder(), held_out)?;
        let scores = model.scores_of(&sample.rows.view())?;
        for (number, certificate) in certificates.iter_mut().enumerate() {
            let target = self.outcome.of_score(number, held_out);
            let added = sample.with(&target, |labelled| {
                let rows = HeldOutRows {
                    scores: &scores[number],
                    target: Some(&target),
                    sensitive: labelled.sensitive,
                    strata: labelled.strata,
                    weights: labelled.weights.map(|weights| (weights, WeightKind::Sampling)),
                    attributes: &model.ingredients().sensitive,
                };
                certificate.add_held_out(&rows, confidence)
            });
            added.map_err(|error| {
                Failure::new(format_args!("the rows held out show nothing: {error}"))
                    .of_kind(Kind::Data)
                    .about(Parameter::HeldOut)
            })?;
        }
        Ok(certificates)
    }
}

impl Column {
    pub(crate) fn values(&self) -> Values<'_> {
        match self {
            Self::Real(values) => Values::Real(values),
            Self::Labels(coded) => {
                Values::Labels { codes: equipoise::sample::Codes::U32(&coded.codes), labels: &coded.labels }
            }
        }
    }
}

/// What is read of the table, in order: outcome, sensitive columns, strata, weight, features.
struct Reader<'a> {
    recipe: &'a Recipe,
    roles: &'a Roles,
    reading: Reading,
}

impl Reader<'_> {
    fn requests(&self, holds: impl Fn(usize) -> Holds) -> Vec<(ColumnRequest, usize)> {
        let Self { recipe, roles, reading } = self;
        let missing = if recipe.drop_missing { MissingPolicy::Drop } else { MissingPolicy::Reject };
        let request = |column: usize, role: Role, missing, most: usize| {
            (ColumnRequest::new(roles.name(column), role, missing), most)
        };
        let attribute = |&column: &usize| {
            let role = if self.cut_of(column).is_some() { Role::Real } else { Role::Categorical };
            request(column, role, MissingPolicy::Label, GROUPS_MAX)
        };
        let feature = |&column: &usize| match holds(column) {
            Holds::Numbers | Holds::Nothing => request(column, Role::Real, MissingPolicy::Label, 0),
            Holds::Labels => request(column, Role::Categorical, MissingPolicy::Label, recipe.levels_max),
        };
        let target = match reading {
            Reading::Numbers => Role::Real,
            Reading::Labels => Role::Categorical,
        };
        // One more than there may be classes, so that what is wrong is said with the number of classes.
        let mut requests = vec![request(roles.target, target, missing, 100 * CLASSES_MAX)];
        requests.extend(roles.sensitive.iter().chain(&roles.strata).map(attribute));
        requests.extend(roles.weight.iter().map(|&column| request(column, Role::Real, missing, 0)));
        requests.extend(roles.features.iter().map(feature));
        requests
    }

    /// The column and the parameter behind each request.
    fn places(&self) -> Vec<(&str, Parameter)> {
        let roles = self.roles;
        let all = [
            (std::slice::from_ref(&roles.target), Parameter::Target),
            (&roles.sensitive, Parameter::Sensitive),
            (&roles.strata, Parameter::Strata),
            (roles.weight.as_slice(), Parameter::Weight),
            (&roles.features, Parameter::Features),
        ];
        all.into_iter()
            .flat_map(|(columns, parameter)| {
                columns.iter().map(move |&column| (roles.name(column), parameter))
            })
            .collect()
    }

    fn cut_of(&self, column: usize) -> Option<&Cut> {
        self.recipe.cuts.iter().find(|cut| cut.column == self.roles.name(column))
    }

    fn take(&self, frame: Frame, table: &Table, notes: &mut Vec<String>) -> Result<Read, Failure> {
        let Self { recipe, roles, .. } = self;
        let Frame { rows, columns, summary } = frame;
        if rows == 0 {
            return Err(Failure::new("there are no rows to learn from").of_kind(Kind::Data));
        }
        let mut columns = columns.into_iter();
        let mut next = || columns.next().expect("invariant: a column for each request");
        let outcome = Outcome::new(next(), roles.name(roles.target), recipe, &table.hints, notes)?;
        let mut cuts = Vec::new();
        let mut attributes = Vec::new();
        for &column in roles.sensitive.iter().chain(&roles.strata) {
            let (name, data) = (roles.name(column), next());
            let points = match (self.cut_of(column), &data) {
                (Some(cut), Column::Real(values)) => Some(self.settle(cut, values, notes)?),
                _ => None,
            };
            if let Some(points) = &points {
                let points = CutPoints::Numbers(points.points().to_vec());
                cuts.push(Cut { column: name.to_owned(), points });
            }
            attributes.push(sample::groups(data, name, points.as_ref(), recipe)?);
        }
        let strata = attributes.split_off(roles.sensitive.len());
        let weights = match (roles.weight, roles.weight.map(|_| next())) {
            (Some(column), Some(Column::Real(values))) => Some(sample::weights(values, roles.name(column))?),
            _ => None,
        };
        let features = roles.features.iter().map(|&column| (roles.name(column).to_owned(), next())).collect();
        let counts = Counts { read: summary.rows + summary.rows_dropped, dropped: summary.rows_dropped };
        Ok(Read { rows, outcome, sensitive: attributes, strata, weights, features, cuts, counts })
    }

    fn settle(&self, cut: &Cut, values: &[f64], notes: &mut Vec<String>) -> Result<Cuts, Failure> {
        let spelling = self.recipe.spelling;
        let points = sample::cut_points(cut, values, spelling)?;
        if matches!(cut.points, CutPoints::Quantiles(_)) {
            let numbers: Vec<String> = points.points().iter().map(f64::to_string).collect();
            let stated = spelling.cut(&cut.column, &numbers);
            notes.push(format!("`{}` is cut at its quantiles: {stated}", cut.column));
        }
        Ok(points)
    }
}

fn ingredients(recipe: &Recipe, roles: &Roles, cuts: Vec<Cut>) -> Ingredients {
    let names = |columns: &[usize]| columns.iter().map(|&column| roles.name(column).to_owned()).collect();
    Ingredients {
        method: recipe.method.clone(),
        settings: recipe.settings.clone(),
        target: Some(roles.name(roles.target).to_owned()),
        sensitive: names(&roles.sensitive),
        cuts,
        strata: names(&roles.strata),
        weight: roles.weight.map(|column| roles.name(column).to_owned()),
        bound: recipe.bound.clone(),
        seed: recipe.seed,
    }
}
