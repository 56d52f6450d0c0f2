//! Data blocks that put user data together: `template_file` with a template that is known here, `cloudinit_config`, and
//! its older name `template_cloudinit_config`.
//!
//! Source: the [template][1] and [cloudinit][2] providers.
//!
//! [1]: https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file
//! [2]: https://registry.terraform.io/providers/hashicorp/cloudinit/latest/docs/data-sources/config

use std::collections::HashMap;
use std::rc::Rc;

use hcl_edit::expr::TraversalOperator;
use hcl_edit::structure::Body;
use hcl_edit::{Decorated, Span};

use super::evaluate::{Evaluator, Name};
use super::{Parsed, blocks};
use crate::check::tree::{Content, Scalar, Tree};

const TEMPLATE_FILE: &str = "template_file";

/// The types of the data blocks that are read.
pub(super) const TYPES: [&str; 3] = [TEMPLATE_FILE, "cloudinit_config", "template_cloudinit_config"];

/// The data blocks of a folder by type and name, each with the number of its file.
pub(super) type Data<'m> = HashMap<(&'m str, &'m str), (usize, &'m Body)>;

/// The data blocks of a folder's files.
pub(super) fn of(files: &[Parsed]) -> Data<'_> {
    let mut data = HashMap::new();
    for (file, parsed) in files.iter().enumerate() {
        for block in parsed.body.blocks().filter(|block| block.ident.as_str() == "data") {
            let [kind, name] = block.labels.as_slice() else { continue };
            let kind = blocks::label(kind);
            if TYPES.contains(&kind) {
                data.insert((kind, blocks::label(name)), (file, &block.body));
            }
        }
    }
    data
}

/// The data block that the operators behind `data` name, in `TYPE.NAME.rendered` or `TYPE.NAME[0].rendered`.
pub(super) fn named(operators: &[Decorated<TraversalOperator>]) -> Option<Name<'_>> {
    let mut operators = operators.iter().map(Decorated::value);
    let mut next = || match operators.next() {
        Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
        _ => None,
    };
    let (kind, name) = (next()?, next()?);
    let mut last = operators.next();
    if let Some(TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_)) = last {
        last = operators.next();
    }
    let is_text = matches!(last, Some(TraversalOperator::GetAttr(key)) if key.as_str() == "rendered");
    (is_text && operators.next().is_none()).then_some(Name::Data(kind, name))
}

/// The value of `rendered` of a data block: a text, or a list of the parts of user data.
pub(super) fn rendered<'m>(evaluator: &Evaluator<'m>, kind: &str, file: usize, body: &'m Body) -> Rc<Tree> {
    let mark = evaluator.mark(file, body.span());
    let values = blocks::body(evaluator, file, mark, body);
    let value =
        if kind == TEMPLATE_FILE { template(evaluator, &values) } else { values.get("part").cloned() };
    value.unwrap_or_else(|| evaluator.computed(file, mark))
}

/// True if a value is the parts of user data.
pub(super) fn is_parts(evaluator: &Evaluator<'_>, value: &Tree) -> bool {
    evaluator.charge(value.items().len())
        && !value.items().is_empty()
        && value.items().iter().all(|part| part.get("content").is_some())
}

/// The text of a template, with the variables that are known.
fn template(evaluator: &Evaluator<'_>, values: &Tree) -> Option<Rc<Tree>> {
    let value = values.get("template")?;
    let scalar = value.scalar()?;
    let Some(variables) = values.get("vars").filter(|vars| !vars.entries().is_empty()) else {
        return Some(Rc::clone(value));
    };
    // Many blocks may share the text or the variables.
    if !evaluator.charge(scalar.text.len() + variables.entries().len()) {
        return None;
    }
    let variables: HashMap<_, _> = variables
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.key.as_str(), entry.value.text()?)))
        .collect();
    let mut parts = scalar.text.split("${");
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let variable =
            part.split_once('}').and_then(|(name, rest)| Some((*variables.get(name.trim())?, rest)));
        // A value of several lines would move the others.
        match variable.filter(|(value, _)| !value.contains('\n')) {
            Some((value, rest)) if evaluator.charge(value.len()) => {
                text.push_str(value);
                text.push_str(rest);
            }
            _ => {
                text.push_str("${");
                text.push_str(part);
            }
        }
    }
    let content = Scalar { text: text.into(), is_text: true, first_line: scalar.first_line };
    Some(evaluator.make(evaluator.file_of(value)?, value.mark, Content::Scalar(content)))
}
