//! The values of expressions: literals, and what is put together from literals of the same folder. Everything else
//! is computed: it is not known here.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::expr::{Conditional, Expression, Object, ObjectKey, Traversal, TraversalOperator};

use super::data::{self, Data};
use super::{Parsed, functions, operations, text};
use crate::check::source::{Mark, Source};
use crate::check::tree::{Content, DEEPEST, Entry, Scalar, Tree, most_values};

/// The deepest nesting of expressions that is followed, through local values and variables.
const DEEPEST_EXPRESSION: usize = 100;

/// The values that a folder may have, and one more for so many bytes. Few values are shorter than that.
const FEW_VALUES: usize = 20_000;
const BYTES_OF_A_VALUE: usize = 4;

/// A name of a value: `local.NAME`, `var.NAME`, or `data.TYPE.NAME.rendered`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Name<'m> {
    Local(&'m str),
    Variable(&'m str),
    Data(&'m str, &'m str),
}

/// An expression and the number of its file.
pub(super) type Placed<'m> = (usize, &'m Expression);

/// Evaluates the expressions of a folder's files.
pub(super) struct Evaluator<'m> {
    pub files: &'m [Parsed],
    /// The expressions of names; `None` where there are several.
    names: HashMap<Name<'m>, Option<Placed<'m>>>,
    data: Data<'m>,
    /// The values of names; `None` while a value is being computed, so that cycles end.
    values: RefCell<HashMap<Name<'m>, Option<Rc<Tree>>>>,
    /// Facts about a value that its content does not show, by its address. The value is kept, so that its address stays
    /// its own.
    known: RefCell<HashMap<*const Tree, (Rc<Tree>, Known)>>,
    /// The number of values that may still be made.
    values_left: Cell<usize>,
    /// The work that may still be done: entries that are copied, and bytes of text that are made.
    left: Cell<usize>,
    most_values: usize,
    depth: Cell<usize>,
}

/// Facts about a value that its content does not show.
#[derive(Debug, Clone, Default)]
struct Known {
    file: usize,
    /// The resource or module that a computed value refers to, such as `aws_launch_template.a` or `module.eks`.
    reference: Option<Rc<str>>,
    /// The value that was encoded as this text.
    encoded: Option<Rc<Tree>>,
    /// True if the value is this text in base64.
    in_base64: bool,
}

impl<'m> Evaluator<'m> {
    pub fn new(files: &'m [Parsed], names: HashMap<Name<'m>, Option<Placed<'m>>>) -> Self {
        let bytes: usize = files.iter().map(|file| file.source.text().len()).sum();
        Self {
            files,
            names,
            data: data::of(files),
            values: RefCell::default(),
            known: RefCell::default(),
            values_left: Cell::new(FEW_VALUES + bytes / BYTES_OF_A_VALUE),
            left: Cell::new(most_values(bytes)),
            most_values: most_values(bytes),
            depth: Cell::new(0),
        }
    }

    /// The file with this index in `files`.
    pub fn source(&self, file: usize) -> Option<&'m Rc<Source>> {
        self.files.get(file).map(|file| &file.source)
    }

    /// The text in which a value stands.
    pub fn source_of(&self, value: &Rc<Tree>) -> Option<&'m Rc<Source>> {
        self.source(self.file_of(value)?)
    }

    /// The number of the file in which a value stands.
    pub fn file_of(&self, value: &Rc<Tree>) -> Option<usize> {
        self.known.borrow().get(&Rc::as_ptr(value)).map(|(_, known)| known.file)
    }

    /// The resource or module that a computed value refers to.
    pub fn reference(&self, value: &Rc<Tree>) -> Option<Rc<str>> {
        self.known.borrow().get(&Rc::as_ptr(value)).and_then(|(_, known)| known.reference.clone())
    }

    /// The value that was encoded as a text by `jsonencode` or `yamlencode`, or the text itself.
    pub fn decoded(&self, value: &Rc<Tree>) -> Rc<Tree> {
        let known = self.known.borrow();
        let encoded = known.get(&Rc::as_ptr(value)).and_then(|(_, known)| known.encoded.as_ref());
        Rc::clone(encoded.unwrap_or(value))
    }

    pub fn mark(&self, file: usize, span: Option<std::ops::Range<usize>>) -> Mark {
        let at = span.map_or(0, |span| span.start);
        self.source(file).map_or(Mark::START, |source| source.mark(at))
    }

    /// A new value. Where there are too many, or they are nested too deeply, it is not known.
    pub fn make(&self, file: usize, mark: Mark, content: Content) -> Rc<Tree> {
        let cost = match &content {
            Content::Scalar(scalar) => 1 + scalar.text.len(),
            Content::List(items) => 1 + items.len(),
            Content::Map(entries) => 1 + entries.len(),
            Content::Null | Content::Computed => 1,
        };
        let enough = self.charge(cost) && self.charge_value();
        let mut tree = Tree::new(mark, content);
        if !enough || tree.size > self.most_values || tree.depth > DEEPEST {
            tree = Tree::new(mark, Content::Computed);
        }
        let tree = Rc::new(tree);
        if !enough {
            return tree;
        }
        self.keep(tree, Known { file, ..Known::default() })
    }

    /// Takes what a value costs off the budget. False if that is more than is left.
    pub fn charge(&self, cost: usize) -> bool {
        let left = self.left.get().checked_sub(cost);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    fn charge_value(&self) -> bool {
        let left = self.values_left.get().checked_sub(1);
        self.values_left.set(left.unwrap_or(0));
        left.is_some()
    }

    fn keep(&self, tree: Rc<Tree>, known: Known) -> Rc<Tree> {
        self.known.borrow_mut().insert(Rc::as_ptr(&tree), (Rc::clone(&tree), known));
        tree
    }

    pub fn text(&self, file: usize, mark: Mark, text: String) -> Rc<Tree> {
        self.make(file, mark, Content::Scalar(Scalar { text: text.into(), is_text: true, first_line: None }))
    }

    /// A text in quotes. Without line breaks, it stands in the line as it is.
    pub fn quoted(&self, file: usize, mark: Mark, text: String) -> Rc<Tree> {
        let first_line = (!text.contains('\n')).then_some(mark.line);
        self.make(file, mark, Content::Scalar(Scalar { text: text.into(), is_text: true, first_line }))
    }

    pub fn plain(&self, file: usize, mark: Mark, text: String) -> Rc<Tree> {
        self.make(file, mark, Content::Scalar(Scalar { text: text.into(), is_text: false, first_line: None }))
    }

    pub fn computed(&self, file: usize, mark: Mark) -> Rc<Tree> {
        self.make(file, mark, Content::Computed)
    }

    /// A computed value that refers to a resource or a module.
    fn referring(&self, file: usize, mark: Mark, reference: String) -> Rc<Tree> {
        let tree = Rc::new(Tree::new(mark, Content::Computed));
        if !self.charge_value() {
            return tree;
        }
        self.keep(tree, Known { file, reference: Some(reference.into()), ..Known::default() })
    }

    /// A text that a value was encoded as.
    pub fn encoded(&self, file: usize, mark: Mark, text: String, value: &Rc<Tree>) -> Rc<Tree> {
        let tree = self.text(file, mark, text);
        self.keep(tree, Known { file, encoded: Some(Rc::clone(value)), ..Known::default() })
    }

    /// A text in base64. Its readers take the text itself as well, which has its lines where the file has them.
    pub fn in_base64(&self, value: &Rc<Tree>) -> Rc<Tree> {
        let Some(scalar) = value.scalar() else { return Rc::clone(value) };
        // The text may stand in another file.
        let file = self.file_of(value).unwrap_or(0);
        let content = Scalar { text: Rc::clone(&scalar.text), is_text: true, first_line: scalar.first_line };
        let tree = self.make(file, value.mark, Content::Scalar(content));
        if tree.is_computed() {
            return tree;
        }
        self.keep(tree, Known { file, in_base64: true, ..Known::default() })
    }

    /// True if the value is its text in base64.
    pub fn is_in_base64(&self, value: &Rc<Tree>) -> bool {
        self.known.borrow().get(&Rc::as_ptr(value)).is_some_and(|(_, known)| known.in_base64)
    }

    /// A text without something at its ends. It keeps its place, and its lines where the first one is still there.
    pub fn shorter(&self, value: &Rc<Tree>, shorten: impl Fn(&str) -> &str) -> Rc<Tree> {
        let Content::Scalar(scalar) = &value.content else { return Rc::clone(value) };
        let file = self.file_of(value).unwrap_or(0);
        let text = shorten(&scalar.text);
        let before = scalar.text.find(text).and_then(|at| scalar.text.get(..at)).unwrap_or("");
        let first_line = scalar.first_line.map(|line| line + before.matches('\n').count());
        let content = Scalar { text: text.into(), is_text: true, first_line };
        self.make(file, value.mark, Content::Scalar(content))
    }

    /// The value of an expression.
    pub fn value(&self, file: usize, expression: &'m Expression) -> Rc<Tree> {
        let mark = self.mark(file, expression.span());
        let depth = self.depth.get();
        if depth >= DEEPEST_EXPRESSION || self.left.get() == 0 || self.values_left.get() == 0 {
            return Rc::new(Tree::new(mark, Content::Computed));
        }
        self.depth.set(depth + 1);
        let value = self.evaluated(file, mark, expression);
        self.depth.set(depth);
        value
    }

    fn evaluated(&self, file: usize, mark: Mark, expression: &'m Expression) -> Rc<Tree> {
        match expression {
            Expression::Null(_) => self.make(file, mark, Content::Null),
            Expression::Bool(value) => self.plain(file, mark, value.to_string()),
            Expression::Number(value) => self.plain(file, mark, value.to_string()),
            Expression::String(value) => self.quoted(file, mark, value.to_string()),
            Expression::StringTemplate(template) => text::quoted(self, file, mark, template),
            Expression::HeredocTemplate(heredoc) => text::heredoc(self, file, mark, heredoc),
            Expression::Parenthesis(inner) => self.value(file, inner.inner()),
            Expression::Array(array) => {
                let items = array.iter().map(|item| self.value(file, item)).collect();
                self.make(file, mark, Content::List(items))
            }
            Expression::Object(object) => self.object(file, mark, object),
            Expression::Conditional(conditional) => self.conditional(file, mark, conditional),
            Expression::FuncCall(call) => functions::call(self, file, mark, call),
            Expression::Traversal(traversal) => self.traversal(file, mark, traversal),
            Expression::UnaryOp(operation) => operations::unary(self, file, mark, operation),
            Expression::BinaryOp(operation) => operations::binary(self, file, mark, operation),
            Expression::Variable(_) | Expression::ForExpr(_) => self.computed(file, mark),
        }
    }

    fn object(&self, file: usize, mark: Mark, object: &'m Object) -> Rc<Tree> {
        let entries = object.iter().map(|(key, value)| {
            let (at, key) = match key {
                ObjectKey::Ident(name) => (name.span(), name.to_string()),
                ObjectKey::Expression(expression) => {
                    let key = self.value(file, expression);
                    (expression.span(), key.text().unwrap_or("(…)").to_owned())
                }
            };
            Entry { key, mark: self.mark(file, at), value: self.value(file, value.expr()) }
        });
        let entries = entries.collect();
        self.make(file, mark, Content::Map(entries))
    }

    fn conditional(&self, file: usize, mark: Mark, conditional: &'m Conditional) -> Rc<Tree> {
        match operations::truth(&self.value(file, &conditional.cond_expr)) {
            Some(true) => self.value(file, &conditional.true_expr),
            Some(false) => self.value(file, &conditional.false_expr),
            None => self.computed(file, mark),
        }
    }

    /// `local.a.b`, `var.a["b"]`, or a reference to something else.
    fn traversal(&self, file: usize, mark: Mark, traversal: &'m Traversal) -> Rc<Tree> {
        let mut operators = traversal.operators.iter().map(hcl_edit::Decorated::value);
        let Expression::Variable(root) = &traversal.expr else {
            let value = self.value(file, &traversal.expr);
            return self.follow(file, mark, value, operators);
        };
        let Some(TraversalOperator::GetAttr(name)) = operators.next() else {
            return self.computed(file, mark);
        };
        let name = name.as_str();
        let found = match root.as_str() {
            "local" => self.named(Name::Local(name)),
            "var" => self.named(Name::Variable(name)),
            "data"
                if let Some(value) = data::named(&traversal.operators).and_then(|name| self.named(name)) =>
            {
                return value;
            }
            root => return self.referring(file, mark, format!("{root}.{name}")),
        };
        match found {
            Some(value) => self.follow(file, mark, value, operators),
            None => self.referring(file, mark, format!("{}.{name}", root.as_str())),
        }
    }

    fn follow(
        &self,
        file: usize,
        mark: Mark,
        mut value: Rc<Tree>,
        operators: impl Iterator<Item = &'m TraversalOperator>,
    ) -> Rc<Tree> {
        for operator in operators {
            // A key of a large object takes long to find.
            if !self.charge(1 + value.entries().len() / 8) {
                return self.computed(file, mark);
            }
            let next = match operator {
                TraversalOperator::GetAttr(name) => value.get(name.as_str()).cloned(),
                TraversalOperator::LegacyIndex(index) => {
                    usize::try_from(*index.value()).ok().and_then(|index| value.items().get(index)).cloned()
                }
                TraversalOperator::Index(index) => {
                    let index = self.value(file, index);
                    let index = index.text().unwrap_or("");
                    match &value.content {
                        Content::Map(_) => value.get(index).cloned(),
                        _ => index.parse().ok().and_then(|index: usize| value.items().get(index)).cloned(),
                    }
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => None,
            };
            // A computed value stays the same, with its reference.
            value = match next {
                Some(next) => next,
                None if value.is_computed() => return value,
                None => return self.computed(file, mark),
            };
        }
        value
    }

    /// The value of a name. `None` where nothing here gives it one value.
    pub fn named(&self, name: Name<'m>) -> Option<Rc<Tree>> {
        if let Some(known) = self.values.borrow().get(&name) {
            return known.clone();
        }
        let value = if let Name::Data(kind, one) = name {
            let (file, body) = *self.data.get(&(kind, one))?;
            self.values.borrow_mut().insert(name, None);
            data::rendered(self, kind, file, body)
        } else {
            let (file, expression) = (*self.names.get(&name)?)?;
            self.values.borrow_mut().insert(name, None);
            self.value(file, expression)
        };
        self.values.borrow_mut().insert(name, Some(Rc::clone(&value)));
        Some(value)
    }
}
