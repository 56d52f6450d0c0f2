//! A picture of a cluster's addresses: a bar for each setting, and a map of each subnet's blocks.
//!
//! It is written by hand, because the fills are patterns: they are told apart in black and white too, and the
//! library that draws the picture of one type has none.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

use maxpods::cluster::plan::ComparedTargets;
use maxpods::text::Escaped;

use super::maps;
use super::{Cluster, Format, count, in_effect, mode_words, name};

pub struct Svg;

impl Format<Cluster> for Svg {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn about(&self) -> &'static str {
        "a picture: the addresses taken with each setting, and maps of the subnets"
    }

    fn write(&self, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        let mut picture = Picture { body: String::new(), height: 0 };
        // Writing to a String does not fail.
        let _ = bars(cluster, &mut picture).and_then(|()| maps::draw(cluster, &mut picture));
        let Picture { body, height } = picture;
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} \
             {height}\" font-family=\"sans-serif\" fill=\"#282828\">\n<defs>\n{PATTERNS}</defs>\n<rect width=\"{WIDTH}\" \
             height=\"{height}\" fill=\"#ffffff\"/>\n{body}</svg>"
        )
    }
}

pub const WIDTH: u64 = 960;
pub const MARGIN: u64 = 24;
/// The height of a line of text.
pub const LINE: u64 = 22;
/// Characters of the small letters that fit in the width.
const MOST_CHARACTERS: usize = 116;

/// The fills that are no plain colours: lines in them tell them apart in black and white.
const PATTERNS: &str = concat!(
    "<pattern id=\"warm\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" \
     fill=\"#ffe8bf\"/><path d=\"M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6\" stroke=\"#b36b00\" stroke-width=\"1.5\"/></pattern>\n",
    "<pattern id=\"broken\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" \
     fill=\"#ffe8bf\"/><path d=\"M-1,1 L1,-1 M0,6 L6,0 M5,7 L7,5\" stroke=\"#b35900\" stroke-width=\"1.5\"/></pattern>\n",
    "<pattern id=\"reserved\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><rect width=\"4\" height=\"4\" \
     fill=\"#e5f5ef\"/><path d=\"M0,1 L4,1\" stroke=\"#007a5a\" stroke-width=\"1.2\"/></pattern>\n",
);

/// A picture that grows downwards.
pub struct Picture {
    pub body: String,
    pub height: u64,
}

impl Picture {
    /// Writes a text whose baseline is at this place.
    pub fn text(&mut self, x: u64, y: u64, size: u64, text: &str) -> fmt::Result {
        writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\">{}</text>", Xml(text))
    }

    pub fn rectangle(&mut self, x: u64, y: u64, width: u64, height: u64, fill: &str) -> fmt::Result {
        writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"
        )
    }

    /// Writes a square with a border and its meaning for each fill.
    pub fn legend(&mut self, y: u64, fills: &[(&str, &str)]) -> fmt::Result {
        let mut x = MARGIN;
        for (fill, meaning) in fills {
            writeln!(
                self.body,
                "<rect x=\"{x}\" y=\"{}\" width=\"14\" height=\"14\" fill=\"{fill}\" stroke=\"#6e6e6e\"/>",
                y - 12
            )?;
            self.text(x + 20, y, 14, meaning)?;
            x += 20 + 7 * meaning.chars().count() as u64 + 28;
        }
        Ok(())
    }
}

/// Text from outside, as XML shows it.
struct Xml<'a>(&'a str);

impl Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text is escaped for terminals first, so that no control character is left, which XML does not allow.
        for c in Escaped(self.0).to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

const IN_USE: &str = "#0072b2";
const WARM: &str = "url(#warm)";
const ENIS: &str = "#282828";

/// A bar for each setting.
fn bars(cluster: &Cluster, picture: &mut Picture) -> fmt::Result {
    const BAR: u64 = 20;
    const NUMBER: u64 = 90;
    let plan = &cluster.plan;
    let nodes = count(plan.nodes.len() as u64, "node");
    let pods = count(plan.groups.iter().map(|group| group.pods).sum(), "pod");
    let title = format!("Addresses that {nodes} with {pods} take from their subnets");
    picture.text(MARGIN, 34, 20, &title)?;
    let legend = [
        (IN_USE, "in use by pods"),
        (WARM, "warm: held, no pod uses them"),
        (ENIS, "ENIs and branch ENIs themselves"),
    ];
    picture.legend(34 + LINE + 4, &legend)?;
    let mut y = 34 + 3 * LINE;
    let most = plan.compared.iter().map(|row| row.subnet_addresses).max().unwrap_or_default().max(1);
    let width = WIDTH - 2 * MARGIN - NUMBER;
    for row in &plan.compared {
        picture.text(MARGIN, y, 14, &shorten(&label(row)))?;
        // Each part ends where the sum of the parts before it does, so that no gap is left by rounding.
        let at = |addresses: u64| u128::from(addresses) * u128::from(width) / u128::from(most);
        let at = |addresses: u64| u64::try_from(at(addresses)).unwrap_or(width);
        let mut sum = 0;
        for (addresses, fill) in [
            (row.held - row.warm, IN_USE),
            (row.warm, WARM),
            (row.subnet_addresses.saturating_sub(row.held), ENIS),
        ] {
            let start = at(sum);
            sum += addresses;
            if at(sum) > start {
                picture.rectangle(MARGIN + start, y + 7, at(sum) - start, BAR, fill)?;
            }
        }
        picture.text(MARGIN + at(sum) + 8, y + 22, 14, &row.subnet_addresses.to_string())?;
        y += BAR + LINE + 14;
    }
    picture.height = y;
    Ok(())
}

/// The origin of the targets, and the targets that count.
fn label(row: &ComparedTargets) -> String {
    let unserved = match row.unserved {
        0 => String::new(),
        pods => format!("; no address for {}", count(pods, "pod")),
    };
    let targets = in_effect(&row.targets, row.mode);
    format!("{}: {} with {targets}{unserved}", name(&row.origins), mode_words(row.mode))
}

/// The beginning of a text that is too long for the width.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.into(),
    }
}
