//! The arguments of `maxpods check`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use maxpods::check::{RULES, Rule};

use super::{CniArgs, InstanceTypesFile, LimitArgs};
use crate::output::check::CheckAnswer;
use crate::output::{self, Format};

#[derive(Args)]
#[command(after_help = "Examples: maxpods check .\n          maxpods check cluster.yaml karpenter/ --strict")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Check {
    /// Check these files, and the files below these folders [- for stdin]
    ///
    /// In a folder, read only the files whose names end with .yaml, .yml, .json, .toml, .sh, .tf, .hcl, .tfvars, .tpl,
    /// .tftpl, .tmpl, .txt or .userdata. Files that .gitignore names, hidden files, and the folder node_modules are
    /// left out.
    #[arg(value_name = "PATH", required_unless_present_any = ["rules", "explain", "config_schema"])]
    pub paths: Vec<PathBuf>,

    /// Judge files that name no instance type by these, such as m5.large,m5a.large
    #[arg(
        long = "instance-type",
        value_name = "TYPE[,TYPE...]",
        value_delimiter = ',',
        value_parser = NonEmptyStringValueParser::new(),
        help_heading = "Instance type"
    )]
    pub instance_types: Vec<String>,

    /// Leave out the findings of these rules
    #[arg(
        long,
        value_name = "RULE[,RULE...]",
        value_delimiter = ',',
        value_parser = rule(),
        hide_possible_values = true,
        help_heading = "Rules"
    )]
    pub ignore: Vec<&'static Rule>,

    /// Print the findings of these rules alone
    #[arg(
        long,
        value_name = "RULE[,RULE...]",
        value_delimiter = ',',
        value_parser = rule(),
        hide_possible_values = true,
        help_heading = "Rules"
    )]
    pub only: Vec<&'static Rule>,

    /// List the rules with their levels
    #[arg(long, help_heading = "Rules", conflicts_with_all = ["paths", "explain", "config_schema"])]
    pub rules: bool,

    /// Explain a rule: what it finds, why it matters, an example, and how to mend it
    #[arg(
        long,
        value_name = "RULE",
        value_parser = rule(),
        hide_possible_values = true,
        help_heading = "Rules",
        conflicts_with_all = ["paths", "config_schema"]
    )]
    pub explain: Option<&'static Rule>,

    /// Read settings from FILE [default: the nearest maxpods.toml up the tree from each file]
    #[arg(long, value_name = "FILE", help_heading = "Settings by path", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no maxpods.toml
    #[arg(long, help_heading = "Settings by path")]
    pub no_config: bool,

    /// Print the JSON schema of maxpods.toml, for editors
    #[arg(long, help_heading = "Settings by path", conflicts_with = "paths")]
    pub config_schema: bool,

    #[command(flatten)]
    pub instance_types_file: InstanceTypesFile,

    /// Judge by this CNI where no file says it. With 'vpc', do so too where a file installs another CNI; with 'other',
    /// addresses are no limit
    #[arg(long, value_name = "CNI", value_parser = ["vpc", "other"], help_heading = "VPC CNI")]
    pub cni: Option<String>,

    #[command(flatten)]
    pub vpc_cni: CniArgs,

    #[command(flatten)]
    pub limits: LimitArgs,

    /// End with exit code 1 for warnings, too
    #[arg(long, help_heading = "Output")]
    pub strict: bool,

    /// End with exit code 0 for errors, too
    #[arg(long, help_heading = "Output")]
    pub exit_zero: bool,

    /// Print in this format
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::check::DEFAULT,
        value_parser = output::parser(output::check::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<CheckAnswer>,

    /// Print no warnings on stderr
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

impl Check {
    /// True if findings of this rule are wanted.
    pub fn wants(&self, rule: &Rule) -> bool {
        let names = |rules: &[&Rule]| rules.iter().any(|one| one.id == rule.id);
        !names(&self.ignore) && (self.only.is_empty() || names(&self.only))
    }
}

fn rule() -> impl TypedValueParser<Value = &'static Rule> {
    let values = RULES.iter().map(|rule| PossibleValue::new(rule.id));
    PossibleValuesParser::new(values).try_map(|name| Rule::named(&name).ok_or("no such rule"))
}
