//! Max-pods expressions: each is compiled once, and evaluated once on all types that are the same to it, since many
//! groups may share one.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::types::TypeTable;
use crate::expression::{Dialect, Expression, ExpressionError, Inputs};
use crate::{Error, InstanceType};

/// The evaluations of one expression that are kept. There are fewer types.
const MOST_KEPT: usize = 10_000;

/// The expressions that are kept: those that share one are mostly neighbours.
const MOST_EXPRESSIONS: usize = 64;

/// The work that the expressions of a run may take, as [`Expression::work`] counts it.
const MOST_WORK: u64 = 40_000_000;

/// The work of an evaluation that fails, in those that do not.
const WORK_OF_ERROR: u64 = 4;

/// A failure of an expression: the name of a type, and the error.
pub(crate) type Failure = (Rc<str>, Rc<Error>);

/// An expression that compiles, with what it gives on the types on which it was evaluated so far.
#[derive(Debug)]
pub(crate) struct Compiled {
    expression: Expression,
    evaluated: RefCell<HashMap<Inputs, Result<u64, Rc<Error>>>>,
    /// The failures on all types of the table.
    everywhere: OnceCell<Rc<[Failure]>>,
    /// The work that the expressions of the run may still take.
    left: Rc<Cell<u64>>,
}

/// The result of compiling an expression.
pub(crate) type Compilation = Result<Rc<Compiled>, Rc<Error>>;

impl Compiled {
    /// The number of pods on a type.
    ///
    /// # Errors
    /// If the expression fails on it.
    pub fn evaluate(&self, facts: &InstanceType) -> Result<u64, Rc<Error>> {
        let inputs = self.expression.inputs(facts);
        if let Some(known) = self.evaluated.borrow().get(&inputs) {
            return known.clone();
        }
        let result = self.expression.evaluate(facts);
        let result = result.map(|evaluation| evaluation.max_pods).map_err(Rc::new);
        // An error shows its place. Where nothing is left, it is the next expression that is not evaluated.
        let work = self.expression.work() * if result.is_ok() { 1 } else { WORK_OF_ERROR };
        self.left.set(self.left.get().saturating_sub(work));
        let mut evaluated = self.evaluated.borrow_mut();
        if evaluated.len() < MOST_KEPT {
            evaluated.insert(inputs, result.clone());
        }
        result
    }

    /// The failures on all types of the table.
    pub fn failures(&self, table: &TypeTable<'_>) -> Rc<[Failure]> {
        let failure = |facts: &InstanceType| {
            let error = self.evaluate(facts).err()?;
            Some((table.name(&facts.name), error))
        };
        let failures = || table.all().filter_map(failure).collect();
        Rc::clone(self.everywhere.get_or_init(failures))
    }
}

/// A text and what it compiles to.
type Known = (Rc<str>, Compilation);

/// The expressions of a run.
#[derive(Debug)]
pub(super) struct Expressions {
    /// By the address of the text. The text is kept, so that its address stays its own.
    known: RefCell<HashMap<(*const u8, Dialect), Known>>,
    left: Rc<Cell<u64>>,
}

impl Default for Expressions {
    fn default() -> Self {
        Self { known: RefCell::default(), left: Rc::new(Cell::new(MOST_WORK)) }
    }
}

impl Expressions {
    /// The expression of a text.
    pub fn compile(&self, text: &Rc<str>, dialect: Dialect) -> Compilation {
        let key = (text.as_ptr(), dialect);
        if let Some((_, known)) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let compiled = self.compiled(text, dialect).map_err(Rc::new).map(|expression| {
            let (evaluated, everywhere) = (RefCell::default(), OnceCell::new());
            Rc::new(Compiled { expression, evaluated, everywhere, left: Rc::clone(&self.left) })
        });
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_EXPRESSIONS {
            known.clear();
        }
        known.insert(key, (Rc::clone(text), compiled.clone()));
        compiled
    }

    fn compiled(&self, text: &str, dialect: Dialect) -> Result<Expression, Error> {
        if self.left.get() == 0 {
            let reason = "the files hold more expressions than are evaluated in one run";
            let error = Box::new(ExpressionError::not_tried(reason));
            return Err(Error::ExpressionNotCovered { dialect, error });
        }
        Expression::compile(text, dialect)
    }
}
