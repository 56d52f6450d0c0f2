//! Operators of expressions.

use std::rc::Rc;

use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};

use super::evaluate::Evaluator;
use crate::check::source::Mark;
use crate::check::tree::{Content, Tree};

/// The value of an operator with one operand.
pub(super) fn unary<'m>(
    evaluator: &Evaluator<'m>,
    file: usize,
    mark: Mark,
    operation: &'m UnaryOp,
) -> Rc<Tree> {
    let value = evaluator.value(file, &operation.expr);
    match (*operation.operator.value(), truth(&value), value.text()) {
        (UnaryOperator::Not, Some(value), _) => evaluator.plain(file, mark, (!value).to_string()),
        (UnaryOperator::Neg, None, Some(number)) if number.parse::<u64>().is_ok() => {
            evaluator.plain(file, mark, format!("-{number}"))
        }
        _ => evaluator.computed(file, mark),
    }
}

/// The value of an operator with two operands.
pub(super) fn binary<'m>(
    evaluator: &Evaluator<'m>,
    file: usize,
    mark: Mark,
    operation: &'m BinaryOp,
) -> Rc<Tree> {
    let left = evaluator.value(file, &operation.lhs_expr);
    let right = evaluator.value(file, &operation.rhs_expr);
    let result = match operation.operator.value() {
        BinaryOperator::Eq => equal(&left, &right),
        BinaryOperator::NotEq => equal(&left, &right).map(|equal| !equal),
        BinaryOperator::And => match (truth(&left), truth(&right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        BinaryOperator::Or => match (truth(&left), truth(&right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => None,
    };
    match result {
        Some(result) => evaluator.plain(file, mark, result.to_string()),
        None => evaluator.computed(file, mark),
    }
}

/// The truth value of a value.
pub(super) fn truth(value: &Tree) -> Option<bool> {
    match value.text()? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// True if two values are the same scalar. `None` where that is not known.
fn equal(left: &Tree, right: &Tree) -> Option<bool> {
    match (&left.content, &right.content) {
        (Content::Null, Content::Null) => Some(true),
        (Content::Scalar(left), Content::Scalar(right)) => {
            let known = |text: &str| !text.contains("${");
            (known(&left.text) && known(&right.text)).then(|| left.text == right.text)
        }
        (Content::Null, Content::Scalar(_) | Content::List(_) | Content::Map(_))
        | (Content::Scalar(_) | Content::List(_) | Content::Map(_), Content::Null) => Some(false),
        _ => None,
    }
}
