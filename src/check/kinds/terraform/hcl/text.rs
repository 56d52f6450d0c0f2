//! Texts with templates in them: the literal parts, the values of interpolations that are known, and the others as
//! they are written (`${…}`).

use std::ops::Range;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Element, HeredocTemplate, StringTemplate};

use super::evaluate::Evaluator;
use crate::check::facts::is_template;
use crate::check::source::Mark;
use crate::check::tree::{Content, Scalar, Tree};

/// The value of a text in quotes.
pub(super) fn quoted<'m>(
    evaluator: &Evaluator<'m>,
    file: usize,
    mark: Mark,
    template: &'m StringTemplate,
) -> Rc<Tree> {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        return evaluator.value(file, &only.expr);
    }
    let mut text = String::new();
    for element in template {
        match element {
            Element::Literal(literal) => text.push_str(literal),
            Element::Interpolation(interpolation) => {
                push_value(evaluator, file, &interpolation.expr, element.span(), &mut text);
            }
            Element::Directive(_) => text.push_str(written(evaluator, file, element.span())),
        }
    }
    evaluator.quoted(file, mark, text)
}

/// The value of a here-document. With `<<-`, the indentation that all lines have in common is taken off.
pub(super) fn heredoc<'m>(
    evaluator: &Evaluator<'m>,
    file: usize,
    mark: Mark,
    heredoc: &'m HeredocTemplate,
) -> Rc<Tree> {
    let Some(span) = heredoc.template.span() else { return evaluator.text(file, mark, String::new()) };
    let head = written(evaluator, file, heredoc.span());
    let all = written(evaluator, file, Some(span.clone()));
    let indent = if head.starts_with("<<-") { indentation(all) } else { 0 };
    let mut text = String::with_capacity(all.len());
    for element in &heredoc.template {
        match element {
            Element::Literal(literal) => {
                // The parser takes the indentation off too, but the end of a line in `\r\n` with it.
                let raw = written(evaluator, file, literal.span());
                for line in raw.split_inclusive('\n') {
                    let starts = text.is_empty() || text.ends_with('\n');
                    let line = if starts { without(line, indent) } else { line };
                    push_literal(line, &mut text);
                }
            }
            Element::Interpolation(interpolation) => {
                push_value(evaluator, file, &interpolation.expr, element.span(), &mut text);
            }
            Element::Directive(_) => text.push_str(written(evaluator, file, element.span())),
        }
    }
    let first_line = Some(evaluator.mark(file, Some(span)).line);
    evaluator.make(file, mark, Content::Scalar(Scalar { text: text.into(), is_text: true, first_line }))
}

/// Adds the value of an interpolation, or the interpolation as it is written.
fn push_value<'m>(
    evaluator: &Evaluator<'m>,
    file: usize,
    expression: &'m Expression,
    span: Option<Range<usize>>,
    text: &mut String,
) {
    let value = evaluator.value(file, expression);
    // The text may be put into many others.
    let known = value.text().filter(|known| evaluator.charge(2 * known.len()));
    let in_base64 = evaluator.is_in_base64(&value);
    match known {
        Some(known) if in_base64 && !is_template(known) => STANDARD.encode_string(known, text),
        Some(known) if !in_base64 => text.push_str(known),
        // Its quotes are none of the text around it, and its blanks separate no words of it.
        _ => text.push_str(&written(evaluator, file, span).replace(['"', '\\', ' ', '\t'], "")),
    }
}

/// A part of a file as it is written.
fn written<'m>(evaluator: &Evaluator<'m>, file: usize, span: Option<Range<usize>>) -> &'m str {
    let source = evaluator.source(file);
    source.zip(span).and_then(|(source, span)| source.text().get(span)).unwrap_or("")
}

/// Adds a literal part, in which `$${` stands for `${`.
fn push_literal(literal: &str, text: &mut String) {
    let mut rest = literal;
    while let Some(at) = rest.find("$${").into_iter().chain(rest.find("%%{")).min() {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        text.push_str(after.get(1..3).unwrap_or(""));
        rest = after.get(3..).unwrap_or("");
    }
    text.push_str(rest);
}

/// The number of blanks that all lines begin with.
fn indentation(text: &str) -> usize {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start_matches([' ', '\t']).len()).min().unwrap_or(0)
}

/// A line without so many blanks.
fn without(line: &str, indent: usize) -> &str {
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(indent.min(blanks)..).unwrap_or(line)
}
