//! Shell scripts of user data: calls of the AMI's `bootstrap.sh`, the variables that it reads, and `NodeConfig`s that
//! the script writes for nodeadm.
//!
//! Source: [`bootstrap.sh`][1] of the EKS AMI for Amazon Linux 2, which takes each option and its value as two words,
//! and the variables of the same names. nodeadm reads its drop-in files from `/etc/eks/nodeadm.d`, and the files that
//! `nodeadm init --config-source` names: [`internal/configprovider`][2].
//!
//! [1]: https://github.com/awslabs/amazon-eks-ami/blob/v20260120/templates/al2/runtime/bootstrap.sh
//! [2]: https://github.com/awslabs/amazon-eks-ami/tree/main/nodeadm/internal/configprovider

mod bootstrap;
mod variables;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::check::facts::NodeGroup;
use crate::check::source::{Source, Spot};
use crate::check::syntax::shell::{self, Command, Heredoc, Step, Word};
use bootstrap::Call;
use variables::Variables;

/// The folder of nodeadm's drop-in files.
const DROP_INS: &str = "/etc/eks/nodeadm.d";

/// Commands that start the command behind them.
const WRAPPERS: [&str; 9] = ["sudo", "env", "exec", "nohup", "time", "command", "nice", "bash", "sh"];

/// Words of a text that is read as a script of its own where a script holds it.
const OF_SCRIPTS: [&str; 3] = ["USE_MAX_PODS", "KUBELET_EXTRA_ARGS", "bootstrap.sh"];

/// The most calls of nodeadm that are followed, and the most files of one folder.
const MOST_INITS: usize = 20;

/// The longest word in which places are looked up.
const LONGEST_WORD: usize = 16 << 10;

/// The facts of a script.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The groups of nodes that `bootstrap.sh` starts.
    pub groups: Vec<NodeGroup>,
    /// The drop-in files that the script writes for nodeadm.
    pub drop_ins: Vec<Written>,
    /// The files that nodeadm is told to read, for each call of it.
    pub inits: Vec<Init>,
}

impl Script {
    /// True if the script says nothing.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.drop_ins.is_empty() && self.inits.is_empty()
    }
}

/// A file that the script writes.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub source: Rc<Source>,
    /// True if something in the script decides whether it is written.
    pub in_branch: bool,
}

/// A call of `nodeadm init` that names files.
#[derive(Debug)]
pub(super) struct Init {
    pub files: Vec<Written>,
    /// True if nodeadm reads the user data as well.
    pub with_user_data: bool,
}

/// Reads a script.
pub(super) fn read(source: &Rc<Source>) -> Script {
    let mut reader = Reader::new(source.text().len());
    reader.text(source);
    reader.finish(source)
}

/// A reader of a script, with the variables, files and calls that it has found so far.
pub(super) struct Reader {
    variables: Variables,
    /// The variables that the commands of the script get.
    exported: HashSet<String>,
    /// True after `set -a`, which exports every variable.
    exports_all: bool,
    /// The words that set the variables of `bootstrap.sh`.
    places: HashMap<&'static str, Place>,
    /// The files that the script writes for nodeadm.
    files: BTreeMap<String, Written>,
    /// The texts that were written, by address, and whether each may be a `NodeConfig`. Many files may have the same.
    texts: HashMap<*const Source, (Rc<Source>, bool)>,
    /// The output of the last command, where it was not redirected.
    output: Option<Rc<Source>>,
    calls: Vec<Call>,
    /// True if the script changes the kubelet's configuration, or `bootstrap.sh` itself, in its own way.
    changes_config: bool,
    script: Script,
}

/// A word of a script.
#[derive(Debug, Clone)]
struct Place {
    source: Rc<Source>,
    start: usize,
    end: usize,
}

impl Place {
    fn new(source: &Rc<Source>, word: &Word) -> Self {
        Self { source: Rc::clone(source), start: word.start, end: word.end }
    }

    /// The place of the last such text in the word; the word itself where a variable holds the text.
    fn spot(&self, text: &str) -> Spot {
        let written = self.source.text().get(self.start..self.end).unwrap_or("");
        let written = written.get(..LONGEST_WORD).unwrap_or(written);
        let at = if text.is_empty() { 0 } else { written.rfind(text).unwrap_or(0) };
        Spot::new(&self.source, self.source.mark(self.start + at))
    }
}

impl Reader {
    /// Nothing has been read, of a script of so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            variables: Variables::new(bytes),
            exported: HashSet::new(),
            exports_all: false,
            places: HashMap::new(),
            files: BTreeMap::new(),
            texts: HashMap::new(),
            output: None,
            calls: Vec::new(),
            changes_config: false,
            script: Script::default(),
        }
    }

    /// Reads a script, or a part of one.
    pub fn text(&mut self, source: &Rc<Source>) {
        self.read(source, true);
    }

    /// Notes a file that is written before the script runs.
    pub fn file(&mut self, path: &str, text: &Rc<Source>) {
        self.written(path.to_owned(), text);
    }

    /// The facts of all that was read. `source` is the place where none has its own.
    pub fn finish(mut self, source: &Rc<Source>) -> Script {
        let groups = self.groups(source);
        // nodeadm merges its files in order, so that a text that comes again says nothing new before its last place.
        let mut known = HashSet::new();
        let mut drop_ins = self.script.drop_ins;
        drop_ins.reverse();
        drop_ins.retain(|file| known.insert((Rc::as_ptr(&file.source), file.in_branch)));
        drop_ins.reverse();
        Script { groups, drop_ins, ..self.script }
    }

    fn read(&mut self, source: &Rc<Source>, outermost: bool) {
        shell::read(source.text(), &mut |step| match step {
            Step::Command(command) => self.command(source, &command, outermost),
            Step::Open => self.variables.open(),
            Step::Next => self.variables.next(),
            Step::Close { exhaustive } => self.variables.close(exhaustive),
        });
    }

    fn command(&mut self, source: &Rc<Source>, command: &Command, outermost: bool) {
        let words = self.assignments(source, &command.words);
        let output = self.output.take();
        let heredoc = command.heredocs.last().map(|heredoc| self.text_of(source, heredoc));
        let program = words.first().map_or("", |word| base_name(&word.text));
        match program {
            "exit" | "return" => self.variables.exit(),
            "for" | "select" | "read" | "unset" => {
                words.iter().skip(1).take(1).for_each(|word| self.variables.forget(&word.text));
            }
            "set" => {
                self.exports_all |= words.iter().any(|word| matches!(word.text.as_str(), "-a" | "allexport"));
            }
            "nodeadm" => self.nodeadm(words),
            // `bash -c` and `eval` take a script as a word.
            "-c" | "eval" if outermost => {
                for word in words.iter().skip(1).filter(|word| is_of_script(&word.text)) {
                    let mark = source.mark(word.start);
                    self.read(&Source::within(source, mark, Some(mark.line), word.text.clone()), false);
                }
                return;
            }
            "tee" => {
                if let Some(text) = heredoc.clone().or(output) {
                    words.iter().skip(1).for_each(|word| self.write(word, &text));
                }
            }
            _ => {}
        }
        let text = heredoc.or_else(|| self.printed(source, program, words));
        let to = command.redirects.iter().rfind(|redirect| matches!(redirect.operator, ">" | ">>" | ">|"));
        match (text, to) {
            (Some(text), Some(redirect)) => self.write(&redirect.target, &text),
            (text, _) => self.output = text,
        }
        if outermost {
            for heredoc in &command.heredocs {
                if is_of_script(&heredoc.text) {
                    self.read(&self.text_of(source, heredoc), false);
                }
            }
        }
        self.bootstrap(source, program, words);
    }

    /// Takes the variables that a command sets. The words behind them, and behind words such as `sudo`.
    fn assignments<'w>(&mut self, source: &Rc<Source>, words: &'w [Word]) -> &'w [Word] {
        let mut rest = words;
        let mut exports = false;
        let mut wrapped = false;
        while let Some((word, behind)) = rest.split_first() {
            match word.text.as_str() {
                "export" => exports = true,
                "declare" | "typeset" | "local" | "readonly" => wrapped = true,
                "-x" if wrapped => exports = true,
                name if WRAPPERS.contains(&base_name(name)) => wrapped = true,
                flag if wrapped && flag.starts_with('-') && flag != "-c" => {}
                _ => match self.variables.assign(word) {
                    Some(name) => {
                        // Variables in front of a command are for that command.
                        let for_command = behind.iter().any(|word| !word.text.contains('='));
                        self.set(source, name, word, exports || for_command);
                    }
                    None if exports => {
                        self.exported.insert(word.text.clone());
                    }
                    None => return rest,
                },
            }
            rest = behind;
        }
        rest
    }

    fn set(&mut self, source: &Rc<Source>, name: String, word: &Word, exports: bool) {
        if let Some(known) = bootstrap::VARIABLES.into_iter().find(|known| *known == name) {
            self.places.insert(known, Place::new(source, word));
        }
        if exports || self.exports_all {
            self.exported.insert(name);
        }
    }

    /// The text of a here-document, with the places of the script.
    fn text_of(&self, source: &Rc<Source>, heredoc: &Heredoc) -> Rc<Source> {
        let mark = source.mark(heredoc.start);
        let text = if heredoc.expands { self.variables.fill_in(&heredoc.text) } else { heredoc.text.clone() };
        Source::within(source, mark, Some(mark.line), text)
    }

    /// The text that `echo` or `printf` prints, where it may be for nodeadm.
    fn printed(&mut self, source: &Rc<Source>, program: &str, words: &[Word]) -> Option<Rc<Source>> {
        let words =
            words.get(1..).filter(|words| words.iter().any(|word| word.text.contains("NodeConfig")))?;
        let (escapes, words) = match (program, words.split_first()) {
            ("printf", _) => (true, words),
            ("echo", Some((flag, words))) if flag.text == "-e" => (true, words),
            ("echo", _) => (false, words),
            _ => return None,
        };
        let first = words.first()?;
        let text = self.variables.ways(words).into_iter().next()?.join(" ");
        let text = if escapes { text.replace("\\n", "\n").replace("\\t", "\t") } else { text };
        let mark = source.mark(first.start);
        Some(Source::within(source, mark, Some(mark.line), text))
    }

    /// Notes that a file is written, if it may be for nodeadm.
    fn write(&mut self, target: &Word, text: &Rc<Source>) {
        let path = self.variables.fill_in(&target.text);
        self.written(path, text);
    }

    fn written(&mut self, path: String, text: &Rc<Source>) {
        let is_config = [".yaml", ".yml", ".json"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
        let written = Written { source: Rc::clone(text), in_branch: self.variables.in_branch() };
        if path.starts_with(DROP_INS) {
            if is_config {
                self.script.drop_ins.push(written);
            }
        } else if self.names_node_config(text) {
            self.files.insert(path, written);
        }
    }

    /// True if the text may be a `NodeConfig`.
    fn names_node_config(&mut self, text: &Rc<Source>) -> bool {
        let of_text = || (Rc::clone(text), text.text().contains("NodeConfig"));
        self.texts.entry(Rc::as_ptr(text)).or_insert_with(of_text).1
    }

    /// Reads a call of `nodeadm init`.
    fn nodeadm(&mut self, words: &[Word]) {
        if !words.iter().any(|word| word.text == "init") || self.script.inits.len() >= MOST_INITS {
            return;
        }
        let mut init = Init { files: Vec::new(), with_user_data: false };
        let mut words = words.iter().map(|word| self.variables.fill_in(&word.text));
        while let Some(word) = words.next() {
            let value = match word.split_once('=') {
                Some(("-c" | "--config-source", value)) => Some(value.to_owned()),
                None if matches!(word.as_str(), "-c" | "--config-source") => words.next(),
                _ => None,
            };
            for source in value.as_deref().unwrap_or("").split(',') {
                init.with_user_data |= source.starts_with("imds:");
                let path = source.strip_prefix("file://").filter(|_| init.files.len() < MOST_INITS);
                let Some(path) = path else { continue };
                if let Some(file) = self.files.get(path) {
                    init.files.push(file.clone());
                    continue;
                }
                let folder = format!("{}/", path.trim_end_matches('/'));
                let within = self.files.range(folder.clone()..);
                let within = within.take_while(|(name, _)| name.starts_with(&folder)).take(MOST_INITS);
                init.files.extend(within.map(|(_, file)| file.clone()));
            }
        }
        drop(words);
        if !init.files.is_empty() {
            self.script.inits.push(init);
        }
    }
}

/// True if the text may start a kubelet, or say how.
pub(super) fn is_of_script(text: &str) -> bool {
    OF_SCRIPTS.iter().any(|name| text.contains(name))
}

/// The last part of a path.
fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
