//! The variables of a script. Where a branch decides about a value, each value that it may have is kept.

use std::collections::HashMap;

use crate::check::syntax::shell::Word;

/// The longest value of a variable that is followed.
const LONGEST: usize = 4096;

/// The most values of one variable that are kept. More than one is enough to see that a branch decides.
const MOST_VALUES: usize = 8;

/// The alternatives of one `case` that are kept apart. Those after them are taken for one.
const MOST_ENDS: usize = 64;

/// Branches in branches are followed this deep.
const DEEPEST: usize = 8;

/// The bytes that variables may add, for each byte of the script.
const MOST_EXPANDED: usize = 1;

/// A value: the words of an array, or one word.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value(Vec<String>);

/// Each value that a variable may have. `None`: the script does not set it there.
type Values = Vec<Option<Value>>;

#[derive(Debug)]
pub(super) struct Variables {
    values: HashMap<String, Values>,
    /// The variable and its values before each change.
    changes: Vec<(String, Option<Values>)>,
    branches: Vec<Branches>,
    /// Branches that are too deep to be followed.
    too_deep: usize,
    /// The bytes that expansions may still add.
    left: usize,
}

/// Alternatives whose end is still to come.
#[derive(Debug)]
struct Branches {
    /// The number of changes before them.
    before: usize,
    /// The values at the end of each alternative.
    ends: Vec<HashMap<String, Option<Values>>>,
    /// The alternative ends the script, so that nothing comes after it.
    exits: bool,
}

/// The words that one word stands for, for each way through the script.
pub(super) type Ways = Vec<Vec<String>>;

impl Variables {
    /// No variables, for a script of so many bytes.
    pub fn new(script: usize) -> Self {
        let left = 4 * LONGEST + MOST_EXPANDED * script;
        Self { values: HashMap::new(), changes: Vec::new(), branches: Vec::new(), too_deep: 0, left }
    }

    /// True inside a branch: the script may not come here.
    pub fn in_branch(&self) -> bool {
        !self.branches.is_empty()
    }

    pub fn open(&mut self) {
        if self.branches.len() < DEEPEST {
            self.branches.push(Branches { before: self.changes.len(), ends: Vec::new(), exits: false });
        } else {
            self.too_deep += 1;
        }
    }

    pub fn next(&mut self) {
        if self.too_deep == 0 {
            self.end();
        }
    }

    /// Ends alternatives. The variables that one of them sets have several values from here on.
    pub fn close(&mut self, exhaustive: bool) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        self.end();
        let Some(mut branches) = self.branches.pop() else { return };
        if !exhaustive {
            branches.ends.push(HashMap::new());
        }
        let mut names: Vec<_> = branches.ends.iter().flat_map(HashMap::keys).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let before = self.values.get(name).cloned();
            let mut all = Values::new();
            for end in &branches.ends {
                let values = end.get(name).unwrap_or(&before).clone().unwrap_or_else(|| vec![None]);
                for value in values {
                    if !all.contains(&value) && all.len() < MOST_VALUES {
                        all.push(value);
                    }
                }
            }
            self.change(name.clone(), Some(all));
        }
    }

    /// Says that the script ends here, if this branch is taken.
    pub fn exit(&mut self) {
        if self.too_deep == 0
            && let Some(branches) = self.branches.last_mut()
        {
            branches.exits = true;
        }
    }

    /// Undoes what an alternative changed, and keeps it.
    fn end(&mut self) {
        let Some(branches) = self.branches.last_mut() else { return };
        let mut end = HashMap::new();
        for (name, before) in self.changes.drain(branches.before.min(self.changes.len())..).rev() {
            let after = match before {
                Some(values) => self.values.insert(name.clone(), values),
                None => self.values.remove(&name),
            };
            end.entry(name).or_insert(after);
        }
        if std::mem::take(&mut branches.exits) {
            return;
        }
        let is_full = branches.ends.len() >= MOST_ENDS;
        match branches.ends.last_mut() {
            Some(last) if is_full => {
                for (name, after) in end {
                    last.entry(name).or_insert(after);
                }
            }
            _ => branches.ends.push(end),
        }
    }

    fn change(&mut self, name: String, values: Option<Values>) {
        let before = match values {
            Some(values) => self.values.insert(name.clone(), values),
            None => self.values.remove(&name),
        };
        if !self.branches.is_empty() {
            self.changes.push((name, before));
        }
    }

    /// Forgets a variable.
    pub fn forget(&mut self, name: &str) {
        self.change(name.to_owned(), None);
    }

    /// Takes `NAME=value` or `NAME+=value`. The name, if the word is one.
    pub fn assign(&mut self, word: &Word) -> Option<String> {
        let (name, _) = word.text.split_once('=')?;
        let (name, appends) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !is_name(name) {
            return None;
        }
        let behind = word.text.find('=').map_or(0, |at| at + 1);
        let values: Ways = match &word.array {
            Some(words) => self.ways(words),
            None => self.expand(word, behind).into_iter().map(|text| vec![text]).collect(),
        };
        let is_array = word.array.is_some();
        let before = self.values.get(name).filter(|_| appends).cloned().unwrap_or_else(|| vec![None]);
        let mut all = Values::new();
        for (way, added) in values.into_iter().enumerate() {
            let value = match at(&before, way).cloned().flatten() {
                Some(Value(mut words)) if is_array => {
                    words.extend(added);
                    Value(words)
                }
                Some(Value(mut words)) => {
                    let text = added.into_iter().next().unwrap_or_default();
                    match words.first_mut() {
                        Some(first) => first.push_str(&text),
                        None => words.push(text),
                    }
                    Value(words)
                }
                None => Value(added),
            };
            let length: usize = value.0.iter().map(|word| word.len() + 1).sum();
            let value = (length <= LONGEST).then_some(value);
            if !all.contains(&value) {
                all.push(value);
            }
        }
        let name = name.to_owned();
        self.change(name.clone(), Some(all));
        Some(name)
    }

    /// The values of a variable that are one text.
    pub fn texts(&self, name: &str) -> Vec<Option<&str>> {
        let Some(values) = self.values.get(name) else { return vec![None] };
        values.iter().map(|value| value.as_ref()?.0.first().map(String::as_str)).collect()
    }

    /// True if the word is a variable whose value may end so.
    pub fn may_end_with(&self, word: &Word, end: &str) -> bool {
        let only = word.expansions.first().filter(|range| range.len() == word.text.len());
        let name = only.and_then(|_| name_of(&word.text));
        name.is_some_and(|name| self.texts(name).iter().flatten().any(|text| text.ends_with(end)))
    }

    /// The words that words stand for, for each way through the script.
    pub fn ways(&mut self, words: &[Word]) -> Ways {
        let words: Vec<_> = words.iter().map(|word| self.words(word)).collect();
        let count = words.iter().map(Vec::len).max().unwrap_or(1);
        (0..count)
            .map(|way| words.iter().filter_map(|ways| at(ways, way)).flatten().cloned().collect())
            .collect()
    }

    /// The words that a word stands for, for each way through the script.
    fn words(&mut self, word: &Word) -> Ways {
        let only = word.expansions.first().filter(|range| range.len() == word.text.len());
        let array = only.and_then(|_| {
            let name = word.text.strip_prefix("${")?;
            name.strip_suffix("[@]}").or_else(|| name.strip_suffix("[*]}"))
        });
        if let Some(values) = array.and_then(|name| self.values.get(name)) {
            let ways: Ways = values
                .iter()
                .map(|value| value.clone().map_or_else(Vec::new, |Value(words)| words))
                .collect();
            let length = ways.iter().flatten().map(String::len).sum();
            if let Some(left) = self.left.checked_sub(length) {
                self.left = left;
                return ways;
            }
        }
        let splits = only.is_some() && !word.quoted;
        let texts = self.expand(word, 0);
        let words = |text: String| {
            if splits && text != word.text {
                text.split_ascii_whitespace().map(str::to_owned).collect()
            } else {
                vec![text]
            }
        };
        texts.into_iter().map(words).collect()
    }

    /// The text of a word from a byte on, with the variables in place whose values are known.
    fn expand(&mut self, word: &Word, from: usize) -> Vec<String> {
        let ranges = || word.expansions.iter().filter(|range| range.start >= from);
        let value = |range: &std::ops::Range<usize>| {
            word.text.get(range.clone()).and_then(name_of).and_then(|name| self.values.get(name))
        };
        let count = ranges().filter_map(value).map(Vec::len).max().unwrap_or(1);
        let mut left = self.left;
        let mut texts = Vec::with_capacity(count);
        for way in 0..count {
            let mut text = String::new();
            let mut copied = from;
            for range in ranges() {
                let Some(values) = value(range) else { continue };
                let Some(Some(Value(words))) = at(values, way) else { continue };
                let value = words.first().map_or("", String::as_str);
                let Some(still) = left.checked_sub(value.len() + 1) else { continue };
                left = still;
                text.push_str(word.text.get(copied..range.start).unwrap_or(""));
                text.push_str(value);
                copied = range.end;
            }
            text.push_str(word.text.get(copied..).unwrap_or(""));
            texts.push(text);
        }
        self.left = left;
        texts
    }

    /// The text with the variables in place that have one known value.
    pub fn fill_in(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$').filter(|_| filled.len() <= text.len() + LONGEST) {
            let (before, after) = rest.split_at(at);
            filled.push_str(before);
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let braces = after.starts_with("${");
            let inner = after.get(1 + usize::from(braces)..).unwrap_or("");
            let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
            let closed = !braces || inner.get(end..).is_some_and(|rest| rest.starts_with('}'));
            let name = inner.get(..end).filter(|_| closed);
            let length = 1 + end + 2 * usize::from(braces);
            let value = match name.map(|name| self.texts(name)).as_deref() {
                Some([Some(value)]) => Some(*value),
                _ => None,
            };
            filled.push_str(value.unwrap_or("$"));
            let read = if value.is_some() { length } else { 1 };
            rest = after.get(read..).unwrap_or("");
        }
        filled + rest
    }
}

/// The value for a way; the last one where there are not so many.
fn at<T>(values: &[T], way: usize) -> Option<&T> {
    values.get(way).or(values.last())
}

/// The name of a variable in `$NAME` or `${NAME}`.
fn name_of(expansion: &str) -> Option<&str> {
    let name = expansion.strip_prefix('$')?;
    Some(name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name))
}
