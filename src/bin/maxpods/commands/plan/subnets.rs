//! The subnets that the options name.

use maxpods::subnets::Subnets;

use crate::advice::InputKind;
use crate::cli::SubnetArgs;
use crate::diagnostics::Failure;
use crate::input;

/// The subnets of the files, if any are named.
pub fn from_files(args: &SubnetArgs) -> Result<Option<Subnets>, Failure> {
    let Some(file) = &args.subnets_file else { return Ok(None) };
    let mut subnets = input::read_whole(file, InputKind::SubnetsFile, |json| Ok(Subnets::parse(json)?))?;
    if let Some(file) = &args.network_interfaces_file {
        let source = InputKind::NetworkInterfacesFile;
        input::read_whole(file, source, |json| Ok(subnets.add_interfaces(json)?))?;
    }
    if let Some(file) = &args.cidr_reservations_file {
        let source = InputKind::CidrReservationsFile;
        input::read_whole(file, source, |json| Ok(subnets.add_reservations(json)?))?;
    }
    Ok(Some(subnets))
}
