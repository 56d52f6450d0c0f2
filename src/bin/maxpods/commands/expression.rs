//! The max-pods expression of the main job and of `list`.

use anyhow::anyhow;
use maxpods::expression::{Dialect, Expression, ExpressionErrorKind};
use maxpods::text::Escaped;
use maxpods::{Catalog, Error, Os};

use crate::cli::ExpressionArgs;
use crate::diagnostics::{Failure, warn};
use crate::output::{Format, Group};

/// The max-pods expression, if one is given. `shown` is the output format, if it may show the
/// expression itself.
pub fn compile(
    args: &ExpressionArgs,
    os: Os,
    shown: Option<&dyn Format<Group>>,
) -> Result<Option<Expression>, Failure> {
    let Some(text) = &args.expression else {
        return Ok(None);
    };
    if os == Os::Windows {
        return Err(Failure::usage(
            "--expression does not go with --os windows: nodeadm and Karpenter evaluate it for Linux nodes",
            "leave out one of the two",
        ));
    }
    let dialects = shown.map(Format::dialects).unwrap_or_default();
    let dialect = match (args.expression_dialect, dialects.first()) {
        (Some(asked), Some(_)) if !dialects.contains(&asked) => {
            let format = shown.map(Format::name).unwrap_or_default();
            return Err(Failure::usage(
                format!("-o {format} shows an expression for {format}, and not one for {asked}"),
                format!("leave --expression-dialect {asked} or -o {format} out"),
            ));
        }
        (Some(asked), _) => asked,
        (None, default) => default.copied().unwrap_or_default(),
    };
    Ok(Some(Expression::compile(text, dialect)?))
}

/// Tries an expression for Karpenter on every known type, as Karpenter does. A failure is a warning,
/// and an error if the output shows the expression and not its result.
pub fn try_on_every_type(
    expression: &Expression,
    catalog: &Catalog,
    is_shown: bool,
    quiet: bool,
) -> Result<(), Failure> {
    if expression.dialect() != Dialect::Karpenter || quiet && !is_shown {
        return Ok(());
    }
    let types = catalog.types();
    let mut failed = types.iter().filter_map(|instance_type| match expression.evaluate(instance_type) {
        Ok(_) => None,
        Err(Error::ExpressionFailed { error, .. } | Error::ExpressionNotCovered { error, .. }) => {
            // EC2 tells Karpenter the facts that this table lacks, or does not have the type any more.
            let is_about_facts = error.kind() == ExpressionErrorKind::UnknownFact;
            (!is_about_facts).then(|| (instance_type.name.as_str(), error.message().to_owned()))
        }
        Err(other) => Some((instance_type.name.as_str(), other.to_string())),
    });
    let Some((first, problem)) = failed.next() else {
        return Ok(());
    };
    let (count, all) = (1 + failed.count(), types.len());
    let message = format!(
        "Karpenter evaluates an expression on every instance type, and one failure makes the whole \
         EC2NodeClass not ready: this one fails for {count} of {all} types, first for {} ({problem})",
        Escaped(first)
    );
    if is_shown {
        return Err(Failure::NoAnswer {
            error: anyhow!(message),
            help: Some("maxpods list --expression-dialect karpenter --expression ... shows them all".into()),
        });
    }
    warn(quiet, message);
    Ok(())
}
