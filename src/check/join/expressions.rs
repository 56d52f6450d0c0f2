//! Max-pods expressions: each is compiled once and evaluated once on each type, since many groups may share one.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::expression::{Dialect, Expression};
use crate::{Error, InstanceType};

/// The evaluations of one expression that are kept. There are fewer types.
const MOST_KEPT: usize = 10_000;

/// The expressions that are kept: those that share one are mostly neighbours.
const MOST_EXPRESSIONS: usize = 64;

/// The failures of an expression: the name of a type, and the error.
pub(crate) type Failures = Rc<[(String, Rc<Error>)]>;

/// An expression that compiles, with what it gives on the types on which it was evaluated so far.
#[derive(Debug)]
pub(crate) struct Compiled {
    expression: Expression,
    evaluated: RefCell<HashMap<String, Result<u64, Rc<Error>>>>,
    /// The failures on all types of the table.
    everywhere: OnceCell<Failures>,
}

/// The result of compiling an expression.
pub(crate) type Compilation = Result<Rc<Compiled>, Rc<Error>>;

impl Compiled {
    /// The number of pods on a type.
    ///
    /// # Errors
    /// If the expression fails on it.
    pub fn evaluate(&self, facts: &InstanceType) -> Result<u64, Rc<Error>> {
        if let Some(known) = self.evaluated.borrow().get(&facts.name) {
            return known.clone();
        }
        let result = self.expression.evaluate(facts);
        let result = result.map(|evaluation| evaluation.max_pods).map_err(Rc::new);
        let mut evaluated = self.evaluated.borrow_mut();
        if evaluated.len() < MOST_KEPT {
            evaluated.insert(facts.name.clone(), result.clone());
        }
        result
    }

    /// The failures on all of these types, which are every type of the table.
    pub fn failures<'t>(&self, table: impl Iterator<Item = &'t InstanceType>) -> Failures {
        let failures = || {
            let failure = |facts: &InstanceType| Some((facts.name.clone(), self.evaluate(facts).err()?));
            table.filter_map(failure).collect()
        };
        Rc::clone(self.everywhere.get_or_init(failures))
    }
}

/// A text and what it compiles to.
type Known = (Rc<str>, Compilation);

/// The expressions of a run.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    /// By the address of the text. The text is kept, so that its address stays its own.
    known: RefCell<HashMap<(*const u8, Dialect), Known>>,
}

impl Expressions {
    /// The expression of a text.
    pub fn compile(&self, text: &Rc<str>, dialect: Dialect) -> Compilation {
        let key = (text.as_ptr(), dialect);
        if let Some((_, known)) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let compiled = Expression::compile(text, dialect).map_err(Rc::new).map(|expression| {
            Rc::new(Compiled { expression, evaluated: RefCell::default(), everywhere: OnceCell::new() })
        });
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_EXPRESSIONS {
            known.clear();
        }
        known.insert(key, (Rc::clone(text), compiled.clone()));
        compiled
    }
}
