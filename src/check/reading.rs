//! The state of a run that reads files: the budget for decoded bytes, and the user data that several groups of nodes
//! have in common.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::facts::{DeclaredCni, Facts};
use super::tree::Tree;

/// The bytes that a run may decode, whatever its input is.
const DECODED_BYTES: u64 = 18 << 20;

/// The bytes that a run may decode for each byte of input. A script becomes some four times shorter by gzip, and a
/// third longer by base64.
const DECODED_BYTES_FOR_EACH: u64 = 8;

/// The groups of nodes and remarks of user data that those may have in common who share it, whatever the input is.
const SHARED_FACTS: usize = 10_000;

/// The bytes of input that bring one more. A group of nodes that names its user data takes more.
const BYTES_FOR_SHARED_FACT: usize = 20;

/// A tree that several places share, and what was read from it.
type Shared<T> = (Rc<Tree>, T);

/// The state that a run keeps while it reads its files.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The bytes that may still be decoded.
    left: Cell<u64>,
    /// User data that was read, by the address of its tree. The tree is kept, so that its address stays its own.
    user_data: RefCell<HashMap<*const Tree, Shared<Rc<Facts>>>>,
    /// The configuration values of add-ons that were read, in the same way.
    addon_values: RefCell<HashMap<*const Tree, Shared<DeclaredCni>>>,
    /// The groups of nodes and remarks that user data may still bring to those that share it.
    left_shared: Cell<usize>,
}

impl Default for Reading {
    fn default() -> Self {
        let left_shared = Cell::new(SHARED_FACTS);
        Self {
            left: Cell::new(DECODED_BYTES),
            user_data: RefCell::default(),
            addon_values: RefCell::default(),
            left_shared,
        }
    }
}

impl Reading {
    /// Adds the budget that a file of this size brings, and forgets the user data of the file before it.
    pub fn begin_file(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_add(bytes as u64 * DECODED_BYTES_FOR_EACH));
        self.left_shared.set(self.left_shared.get().saturating_add(bytes / BYTES_FOR_SHARED_FACT));
        self.user_data.borrow_mut().clear();
        self.addon_values.borrow_mut().clear();
    }

    /// The number of bytes that may still be decoded.
    pub fn left(&self) -> u64 {
        self.left.get()
    }

    /// Takes decoded bytes off the budget.
    pub fn take(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes as u64));
    }

    /// The facts of user data, read at most once for each tree; `None` where what is shared would become too much.
    pub fn user_data(&self, tree: &Rc<Tree>, read: impl FnOnce() -> Facts) -> Option<Rc<Facts>> {
        let address = Rc::as_ptr(tree);
        if let Some((_, facts)) = self.user_data.borrow().get(&address) {
            let shared = facts.groups.len() + facts.remarks.len() + facts.malformed.len();
            self.left_shared.set(self.left_shared.get().checked_sub(shared)?);
            return Some(Rc::clone(facts));
        }
        let facts = Rc::new(read());
        self.user_data.borrow_mut().insert(address, (Rc::clone(tree), Rc::clone(&facts)));
        Some(facts)
    }

    /// The configuration values of an add-on, read at most once for each tree.
    pub fn addon_values(&self, tree: &Rc<Tree>, read: impl FnOnce() -> DeclaredCni) -> DeclaredCni {
        let address = Rc::as_ptr(tree);
        if let Some((_, known)) = self.addon_values.borrow().get(&address) {
            return known.clone();
        }
        let known = read();
        self.addon_values.borrow_mut().insert(address, (Rc::clone(tree), known.clone()));
        known
    }
}
