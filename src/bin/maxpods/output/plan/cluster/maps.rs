//! The maps of the subnets' /28 blocks in the picture of a cluster.

use std::fmt::{self, Write as _};

use maxpods::cluster::plan::SubnetPlan;
use maxpods::subnets::{BlockState, Subnet};
use maxpods::text::Shortened;

use super::svg::{LINE, MARGIN, Picture, WIDTH, shorten};
use super::{Cluster, count};

/// The most maps in one picture. More are not legible, and only nodes' subnets are of interest then.
const MOST_MAPS: usize = 60;
/// The largest side of a block.
const LARGEST: u64 = 14;
const GAP: u64 = 24;

fn fill(state: BlockState) -> (&'static str, &'static str) {
    match state {
        BlockState::Free => ("#ffffff", "free"),
        BlockState::Broken => ("url(#broken)", "broken by single addresses"),
        BlockState::Prefix => ("#0072b2", "prefix"),
        BlockState::Full => ("#282828", "full of single addresses"),
        BlockState::Kept => ("#c8c8c8", "AWS's own"),
        BlockState::Reserved => ("url(#reserved)", "reserved"),
    }
}

/// Draws a map of each subnet below what is drawn.
pub fn draw(cluster: &Cluster, picture: &mut Picture) -> fmt::Result {
    let all = cluster.subnets().into_iter().zip(&cluster.plan.subnets);
    let known: Vec<_> = all.filter(|(_, planned)| planned.holders.is_some()).collect();
    if known.is_empty() {
        return Ok(());
    }
    let mut shown = known.clone();
    if shown.len() > MOST_MAPS {
        shown.retain(|(_, planned)| planned.nodes > 0);
        shown.truncate(MOST_MAPS);
    }
    let mut y = picture.height + LINE;
    picture.text(
        MARGIN,
        y,
        20,
        "The /28 blocks of the subnets, from left to right and from top to bottom",
    )?;
    y += LINE + 6;
    picture.legend(y, &BlockState::ALL.map(fill))?;
    y += LINE;
    // One map has the whole width, more stand in two columns.
    let columns = if shown.len() == 1 { 1 } else { 2 };
    let width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
    for row in shown.chunks(usize::try_from(columns).unwrap_or(1)) {
        let mut lowest = y;
        for (column, (subnet, planned)) in (0..).zip(row) {
            let bottom = map(picture, MARGIN + column * (width + GAP), y, width, subnet, planned)?;
            lowest = lowest.max(bottom);
        }
        y = lowest + GAP;
    }
    let more = known.len() - shown.len();
    if more > 0 {
        picture.text(MARGIN, y, 14, &format!("{} not drawn", count(more as u64, "more subnet")))?;
        y += LINE;
    }
    picture.height = y;
    Ok(())
}

/// Draws one map, and returns where it ends.
fn map(
    picture: &mut Picture,
    left: u64,
    top: u64,
    width: u64,
    subnet: &Subnet,
    planned: &SubnetPlan,
) -> Result<u64, fmt::Error> {
    let blocks = subnet.blocks();
    let free = blocks.iter().filter(|&&state| state == BlockState::Free).count() as u64;
    let name = subnet.name();
    let cidr = subnet.cidr().to_string();
    let heading = if name == cidr { cidr } else { format!("{} {cidr}", Shortened(&name)) };
    let zone = subnet.zone().map_or_else(String::new, |zone| format!("{}, ", Shortened(zone)));
    let below = format!("{zone}{}, {}", count(planned.nodes, "node"), count(free, "free block"));
    picture.text(left, top + 14, 14, &shorten(&heading))?;
    picture.text(left, top + 14 + 18, 13, &shorten(&below))?;
    let top = top + 14 + 18 + 8;

    let in_row = match blocks.len() {
        0..=16 => 16,
        17..=512 => 32,
        _ => 64,
    };
    let side = (width / in_row as u64).min(LARGEST);
    let mut y = top;
    for row in blocks.chunks(in_row) {
        let mut x = left;
        // Neighbours in the same state are one rectangle, which keeps the picture small.
        for run in row.chunk_by(|a, b| a == b) {
            let wide = run.len() as u64 * side;
            if let Some(&state) = run.first().filter(|&&state| state != BlockState::Free) {
                picture.rectangle(x, y, wide, side, fill(state).0)?;
            }
            x += wide;
        }
        y += side;
    }
    let wide = in_row.min(blocks.len()) as u64 * side;
    grid(picture, (left, top), (wide, y - top), side)?;
    Ok(y)
}

/// Draws lines between the blocks.
fn grid(
    picture: &mut Picture,
    (left, top): (u64, u64),
    (width, height): (u64, u64),
    side: u64,
) -> fmt::Result {
    let mut path = String::new();
    for x in (0..=width).step_by(usize::try_from(side).unwrap_or(1).max(1)) {
        write!(path, "M{},{top} v{height} ", left + x)?;
    }
    for y in (0..=height).step_by(usize::try_from(side).unwrap_or(1).max(1)) {
        write!(path, "M{left},{} h{width} ", top + y)?;
    }
    writeln!(
        picture.body,
        "<path d=\"{}\" stroke=\"#8c8c8c\" stroke-width=\"0.5\" fill=\"none\"/>",
        path.trim_end()
    )
}
