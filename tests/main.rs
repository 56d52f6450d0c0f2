//! All tests of the command and of the library's public interface, in one crate, so that they are
//! linked once. `support` has the parts that they share; every other module tests one part of the command.

mod check;
mod encodings;
mod expression;
mod fuzz;
mod growth;
mod help;
mod imds;
mod list;
mod main_job;
mod plan;
mod readme;
mod reference;
mod shell;
mod support;
mod table;
mod text;
mod verify;
