//! Random trees, most of them of types that fit, and their text.

use super::{Tree, Type, Value};

/// Makes trees and texts from a seed.
pub struct Generator {
    state: u64,
    karpenter: bool,
}

impl Generator {
    pub fn new(seed: u64, karpenter: bool) -> Self {
        Self { state: seed | 1, karpenter }
    }

    /// A number below this (xorshift).
    fn below(&mut self, n: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 16) as usize % n
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub fn any(&mut self, depth: usize) -> Tree {
        let kind =
            self.pick(&[Type::Int, Type::Int, Type::Int, Type::Uint, Type::Double, Type::Bool, Type::String]);
        self.tree(kind, depth)
    }

    /// A tree of this type; now and then of another, to see that it is refused.
    fn boxed(&mut self, kind: Type, depth: usize) -> Box<Tree> {
        let kind = if self.below(60) == 0 {
            self.pick(&[Type::Int, Type::Double, Type::Bool, Type::String])
        } else {
            kind
        };
        Box::new(self.tree(kind, depth))
    }

    fn tree(&mut self, kind: Type, depth: usize) -> Tree {
        if depth == 0 || self.below(8) == 0 {
            return self.leaf(kind);
        }
        let depth = depth - 1;
        match self.below(11) {
            10 => {
                let entries = self.entries(kind, depth);
                Tree::Index(entries, self.boxed(Type::String, 1))
            }
            0 => {
                let condition = self.boxed(Type::Bool, depth);
                Tree::Conditional(condition, self.boxed(kind, depth), self.boxed(kind, depth))
            }
            1 | 2 => self.call(kind, depth),
            3 if matches!(kind, Type::Int | Type::Double) => Tree::Negate(self.boxed(kind, depth)),
            _ => self.operator(kind, depth),
        }
    }

    fn operator(&mut self, kind: Type, depth: usize) -> Tree {
        let all = [Type::Int, Type::Uint, Type::Double, Type::Bool, Type::String];
        let (signs, operands): (&[&'static str], Type) = match kind {
            Type::Int | Type::Uint => (&["+", "-", "*", "/", "%"], kind),
            Type::Double => (&["+", "-", "*", "/"], kind),
            Type::String => (&["+"], kind),
            Type::Bool => match self.below(7) {
                0 => return Tree::Not(self.boxed(Type::Bool, depth)),
                1 => return Tree::And(self.boxed(Type::Bool, depth), self.boxed(Type::Bool, depth)),
                2 => return Tree::Or(self.boxed(Type::Bool, depth), self.boxed(Type::Bool, depth)),
                3 => {
                    let kind = self.pick(&all);
                    let value = self.boxed(kind, depth);
                    let list = (0..self.below(4)).map(|_| self.tree(kind, depth.min(1))).collect();
                    return Tree::In(value, list);
                }
                4 => {
                    let (kind, key) = (self.pick(&all), self.boxed(Type::String, depth.min(1)));
                    return Tree::HasKey(key, self.entries(kind, depth));
                }
                _ => (&["==", "!=", "<", "<=", ">", ">="], self.pick(&all)),
            },
        };
        let sign = self.pick(signs);
        Tree::Binary(sign, self.boxed(operands, depth), self.boxed(operands, depth))
    }

    /// Entries of a map with values of this type. Some keys are there twice.
    fn entries(&mut self, kind: Type, depth: usize) -> Vec<[Tree; 2]> {
        (0..self.below(4)).map(|_| [self.leaf(Type::String), self.tree(kind, depth.min(1))]).collect()
    }

    fn call(&mut self, kind: Type, depth: usize) -> Tree {
        let number = [Type::Int, Type::Uint, Type::Double, Type::String];
        match kind {
            Type::Int if self.below(3) == 0 => {
                let text = self.boxed(Type::String, depth);
                if self.below(2) == 0 {
                    Tree::Method(text, "size", Vec::new())
                } else {
                    Tree::Call("size", vec![*text])
                }
            }
            Type::Int | Type::Double if self.karpenter && self.below(2) == 0 => {
                let name = self.pick(&["min", "max"]);
                // Two ints give an int, anything else a double.
                let (a, b) = if kind == Type::Int {
                    (kind, kind)
                } else {
                    (Type::Double, self.pick(&[Type::Int, Type::Double]))
                };
                let (a, b) = if self.below(2) == 0 { (a, b) } else { (b, a) };
                Tree::Call(name, vec![*self.boxed(a, depth), *self.boxed(b, depth)])
            }
            Type::Bool if self.below(2) == 0 => {
                let name = self.pick(&["startsWith", "endsWith", "contains"]);
                Tree::Method(self.boxed(Type::String, depth), name, vec![*self.boxed(Type::String, depth)])
            }
            _ => {
                let (name, from): (_, &[Type]) = match kind {
                    Type::Int => ("int", &number),
                    Type::Uint => ("uint", &number),
                    Type::Double => ("double", &number),
                    Type::Bool => ("bool", &[Type::Bool, Type::String]),
                    Type::String => {
                        ("string", &[Type::Int, Type::Uint, Type::Double, Type::Bool, Type::String])
                    }
                };
                let from = self.pick(from);
                Tree::Call(name, vec![*self.boxed(from, depth)])
            }
        }
    }

    fn leaf(&mut self, kind: Type) -> Tree {
        if self.below(3) == 0 {
            let variables: &[(&str, i64)] = if self.karpenter {
                &[
                    ("max_pods", 29),
                    ("default_enis", 3),
                    ("ips_per_eni", 10),
                    ("vcpus", 2),
                    ("memory_mib", 8192),
                ]
            } else {
                &[("max_pods", 29), ("default_enis", 3), ("ips_per_eni", 10)]
            };
            match kind {
                Type::Int => {
                    let (name, value) = self.pick(variables);
                    return Tree::Variable(name, Value::Int(value));
                }
                Type::String if self.karpenter => {
                    return Tree::Variable("instance_type", Value::String("m5.large".into()));
                }
                _ => {}
            }
        }
        Tree::Constant(match kind {
            Type::Int => Value::Int(self.pick(&[
                0,
                1,
                2,
                3,
                7,
                110,
                250,
                -1,
                -2,
                -110,
                2_147_483_647,
                2_147_483_648,
                i64::MAX,
                i64::MIN,
            ])),
            Type::Uint => Value::Uint(self.pick(&[0, 1, 2, 110, 2_147_483_648, u64::MAX, 1 << 63])),
            Type::Double => Value::Double(self.pick(&[
                0.0,
                0.5,
                1.0,
                1.5,
                0.9,
                110.0,
                -0.5,
                -1.0,
                1e6,
                1e-5,
                123_456.75,
                1e19,
                9_223_372_036_854_775_808.0,
                1e300,
                -1e300,
                5e-324,
            ])),
            Type::Bool => Value::Bool(self.below(2) == 0),
            Type::String => Value::String(
                self.pick(&[
                    "",
                    "7",
                    "-7",
                    "+7",
                    "007",
                    "7.5",
                    "1e3",
                    "true",
                    "T",
                    "m5.",
                    "large",
                    "\u{65e5}\u{672c}",
                    "it's",
                    "\\",
                    "a\nb",
                    "99999999999999999999",
                ])
                .into(),
            ),
        })
    }
}

/// How tightly the text of a tree holds together.
fn strength(tree: &Tree) -> usize {
    match tree {
        Tree::Conditional(..) => 0,
        Tree::Or(..) => 1,
        Tree::And(..) => 2,
        Tree::In(..) | Tree::HasKey(..) | Tree::Binary("==" | "!=" | "<" | "<=" | ">" | ">=", ..) => 3,
        Tree::Binary("+" | "-", ..) => 4,
        Tree::Binary(..) => 5,
        Tree::Negate(_) | Tree::Not(_) => 6,
        Tree::Constant(Value::Int(n)) if *n < 0 => 6,
        Tree::Constant(Value::Double(n)) if n.is_sign_negative() => 6,
        _ => 7,
    }
}

impl Tree {
    /// Writes the tree as CEL, with the brackets that it needs and a few more.
    pub fn to_text(&self, random: &mut Generator) -> String {
        let blank = random.pick(&["", " ", " ", "\n", "\t", " // x\n"]);
        match self {
            Self::Constant(value) => value.literal(),
            Self::Variable(name, _) => random.pick(&["", "", "."]).to_owned() + name,
            Self::Negate(a) => format!("-{}", a.part(7, random)),
            Self::Not(a) => format!("!{}", a.part(7, random)),
            // Operators group from the left.
            Self::Binary(sign, a, b) => {
                let own = strength(self);
                format!("{} {sign}{blank} {}", a.part(own, random), b.part(own + 1, random))
            }
            Self::And(a, b) => format!("{}{blank}&&{}", a.part(2, random), b.part(3, random)),
            Self::Or(a, b) => format!("{}{blank}||{}", a.part(1, random), b.part(2, random)),
            Self::Conditional(condition, a, b) => {
                format!("{} ? {}{blank}: {}", condition.part(1, random), a.part(1, random), b.part(0, random))
            }
            Self::HasKey(key, entries) => format!("{} in {}", key.part(3, random), map(entries, random)),
            Self::Index(entries, key) => format!("{}{blank}[{}]", map(entries, random), key.to_text(random)),
            Self::In(a, list) => {
                let comma = random.pick(&["", ","]);
                format!("{} in [{}{comma}]", a.part(3, random), texts(list, random))
            }
            Self::Call(name, arguments) => format!("{name}({})", texts(arguments, random)),
            Self::Method(receiver, name, arguments) => {
                format!("{}{blank}.{name}({})", receiver.part(7, random), texts(arguments, random))
            }
        }
    }

    /// Writes the tree as a part of an operator that binds this tightly.
    fn part(&self, strength_around: usize, random: &mut Generator) -> String {
        let text = self.to_text(random);
        if strength(self) < strength_around || random.below(12) == 0 { format!("({text})") } else { text }
    }
}

fn texts(trees: &[Tree], random: &mut Generator) -> String {
    let texts: Vec<_> = trees.iter().map(|tree| tree.to_text(random)).collect();
    texts.join(random.pick(&[",", ", "]))
}

fn map(entries: &[[Tree; 2]], random: &mut Generator) -> String {
    let entry = |[key, value]: &[Tree; 2]| format!("{}: {}", key.to_text(random), value.to_text(random));
    let texts: Vec<_> = entries.iter().map(entry).collect();
    format!("{{{}{}}}", texts.join(", "), random.pick(&["", ","]))
}
