//! The settings of the nodes of a file, from the options and from `maxpods.toml`.

use std::collections::HashMap;
use std::rc::Rc;

use maxpods::check::{Assumed, RULES};
use maxpods::cni::{AwsNode, CniSettings};
use maxpods::{Catalog, InstanceType};

use super::files::File;
use crate::advice::InputKind;
use crate::cli::{Check, LimitArgs};
use crate::commands::inputs;
use crate::config_file::{At, ConfigFile, ConfigFiles};
use crate::diagnostics::Failure;

/// The settings of the nodes of each file. Most files have the same.
pub struct Assumptions<'a> {
    args: &'a Check,
    /// The instance types of the command line.
    instance_types: Vec<InstanceType>,
    /// The `aws-node` `DaemonSet` of the command line.
    aws_node: Option<AwsNode>,
    configs: ConfigFiles<'a>,
    /// By the `maxpods.toml`, and by the number of the settings in it.
    known: HashMap<(Option<*const ConfigFile>, Option<usize>), Rc<Assumed>>,
}

impl<'a> Assumptions<'a> {
    /// Reads what the command line names.
    pub fn new(args: &'a Check, catalog: &'a Catalog) -> Result<Self, Failure> {
        let aws_node = inputs::aws_node(&args.vpc_cni)?;
        inputs::cni_settings(aws_node.clone(), &args.vpc_cni, &args.limits, args.quiet);
        let find = |name: &String| catalog.find(name).map_err(|error| Failure::of(error, InputKind::Check));
        let instance_types = args.instance_types.iter().map(find).collect::<Result<_, _>>()?;
        let configs = match &args.config {
            Some(path) => ConfigFiles::given(path, catalog)?,
            None if args.no_config => ConfigFiles::none(catalog),
            None => ConfigFiles::nearest(catalog),
        };
        Ok(Self { args, instance_types, aws_node, configs, known: HashMap::new() })
    }

    /// The settings of the nodes of a file; `None` if `maxpods.toml` excludes the file.
    ///
    /// # Errors
    /// If the `maxpods.toml` of the file cannot be read, or is wrong.
    pub fn of(&mut self, file: &File) -> Result<Option<Rc<Assumed>>, Failure> {
        let Some(folder) = file.place.parent() else { return Ok(Some(self.assumed(None, None))) };
        let config = self.configs.of(folder)?;
        if config.as_ref().is_some_and(|config| config.excludes(&file.place)) {
            return Ok(None);
        }
        let number = config.as_ref().and_then(|config| config.number_of_settings(&file.place));
        let key = (config.as_ref().map(Rc::as_ptr), number);
        if let Some(known) = self.known.get(&key) {
            return Ok(Some(Rc::clone(known)));
        }
        let assumed = self.assumed(config.as_deref(), number);
        self.known.insert(key, Rc::clone(&assumed));
        Ok(Some(assumed))
    }

    fn assumed(&self, config: Option<&ConfigFile>, number: Option<usize>) -> Rc<Assumed> {
        let args = self.args;
        let none = At::default();
        let at = config.zip(number).and_then(|(config, number)| config.settings(number)).unwrap_or(&none);
        // The DaemonSet of the command line says how the whole CNI is set, and options win over that.
        let cni = match &self.aws_node {
            Some(aws_node) => aws_node.settings.clone(),
            None => at.cni.apply_to(CniSettings::default()),
        };
        let (cni, limits) = (args.vpc_cni.apply_to(cni), limits(&args.limits, &at.limits));
        let mut assumed = Assumed::default();
        assumed.settings = limits.settings(cni);
        assumed.settings.branch_eni_pods = at.branch_eni_pods.unwrap_or_default();
        if let Some(aws_node) = &self.aws_node {
            assumed.warm_targets = aws_node.pool.warm_targets;
        }
        assumed.says_prefixes = self.aws_node.is_some()
            || args.vpc_cni.cni_prefix_delegation_enabled.is_some()
            || at.cni.cni_prefix_delegation_enabled.is_some();
        assumed.other_cni = args.cni.as_ref().map(|cni| cni == "other").or(at.other_cni);
        let own = Some(&self.instance_types).filter(|own| !own.is_empty());
        assumed.instance_types.clone_from(own.unwrap_or(&at.instance_types));
        let is_ignored = |id: &str| config.is_some_and(|config| config.ignore.contains(&id));
        let unwanted = RULES.iter().filter(|rule| is_ignored(rule.id) || !args.wants(rule));
        assumed.ignore = unwanted.map(|rule| rule.id.to_owned()).collect();
        assumed.into()
    }
}

/// The options of the command line, and for those that are not given the others.
fn limits(given: &LimitArgs, other: &LimitArgs) -> LimitArgs {
    LimitArgs {
        max_pods_ceiling: given.max_pods_ceiling.or(other.max_pods_ceiling),
        host_network_pods: given.host_network_pods.or(other.host_network_pods),
        reserved_enis: given.reserved_enis.or(other.reserved_enis),
    }
}
