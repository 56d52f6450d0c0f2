//! A picture of the addresses that a node takes against the pods on it, with a line for each setting.

use std::error::Error;
use std::io::{self, Write};

use maxpods::pool::Compared;
use maxpods::text::Shortened;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Format, Plan, count, in_effect, mode_words, name};

pub struct Svg;

impl Format<Plan> for Svg {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn about(&self) -> &'static str {
        "a picture of the addresses taken against the pods, with a line for each setting"
    }

    fn write(&self, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
        let most = plan.most_pods();
        let curves: Vec<_> = plan.compared.iter().map(|compared| Curve::new(most, compared)).collect();
        let mut text = String::new();
        draw(plan, &curves, &mut text).map_err(|error| io::Error::other(error.to_string()))?;
        out.write_all(text.as_bytes())
    }
}

const WIDTH: u32 = 960;
const HEADING_HEIGHT: u32 = 48;
/// The height of the plot, with the labels above it and its axes.
const PLOT_HEIGHT: u32 = 590;
/// The height of a line of text.
const LINE_HEIGHT: u32 = 24;
/// No picture shows more steps than it has pixels across.
const MOST_POINTS: u64 = 1000;
/// Room above the plot for the labels of two vertical lines.
const LABELS_HEIGHT: u32 = 2 * LINE_HEIGHT;

/// The longest title, in characters, that fits in large letters.
const LONG_TITLE: usize = 84;

const FONT: &str = "sans-serif";
/// The colours of Okabe and Ito, which people with colour blindness tell apart. Earlier lines are wider,
/// so that a line on top of another one does not hide it.
const STYLES: [(RGBColor, u32); 4] = [
    (RGBColor(0, 114, 178), 9),
    (RGBColor(230, 159, 0), 7),
    (RGBColor(0, 158, 115), 5),
    (RGBColor(204, 121, 167), 3),
];
const GREY: RGBColor = RGBColor(110, 110, 110);
const DARK: RGBColor = RGBColor(40, 40, 40);

/// The addresses that a node takes with one setting.
struct Curve {
    label: String,
    /// Corners of the staircase: pods and addresses.
    corners: Vec<(i64, i64)>,
    /// The number of pods that get an address, if the node takes more pods than that.
    served: Option<u64>,
}

impl Curve {
    fn new(most: u64, compared: &Compared) -> Self {
        let points = most.min(MOST_POINTS);
        let mut corners: Vec<(i64, i64)> = Vec::new();
        let mut served = None;
        for point in 0..=points {
            // With few pods, each number of pods has a point. With many, the points are spread evenly.
            let pods = most * point / points.max(1);
            let pool = compared.limits.pool(&compared.targets, pods);
            if pool.unserved > 0 {
                served = Some(pool.held);
                break;
            }
            let (pods, addresses) = (figure(pods), figure(pool.subnet_addresses));
            if let Some(&(_, before)) = corners.last() {
                corners.push((pods, before));
            }
            corners.push((pods, addresses));
        }
        let pods = match served {
            Some(served) => format!("; no address for more than {}", count(served, "pod")),
            None => String::new(),
        };
        let targets = in_effect(&compared.targets, compared.mode);
        Self { label: format!("{}: {targets}{pods}", name(&compared.origins)), corners, served }
    }

    fn top(&self) -> i64 {
        self.corners.iter().map(|&(_, addresses)| addresses).max().unwrap_or_default()
    }
}

/// A number on an axis.
fn figure(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

type Fault = Box<dyn Error + Send + Sync>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn draw(plan: &Plan, curves: &[Curve], text: &mut String) -> Result<(), Fault> {
    let legend_height = LINE_HEIGHT * (u32::try_from(curves.len())? + 2);
    let root = SVGBackend::with_string(text, (WIDTH, HEADING_HEIGHT + PLOT_HEIGHT + legend_height))
        .into_drawing_area();
    root.fill(&WHITE).map_err(fault)?;
    let title = format!(
        "{} with {}: addresses that a node takes from its {}",
        Shortened(&plan.instance_type.name),
        mode_words(plan.limits.mode),
        if plan.limits.without_primary { "pods' subnet" } else { "subnet" }
    );
    // The longest names of instance types leave room for smaller letters only.
    let size = if title.len() > LONG_TITLE { 15 } else { 22 };
    let style = (FONT, size).into_font().color(&DARK).pos(Pos::new(HPos::Center, VPos::Center));
    let at = (i32::try_from(WIDTH / 2)?, i32::try_from(HEADING_HEIGHT / 2)?);
    root.draw(&Text::new(title, at, style)).map_err(fault)?;
    let (upper, legend) = root.split_vertically(HEADING_HEIGHT + PLOT_HEIGHT);
    draw_plot(plan, curves, &upper)?;
    draw_legend(curves, &legend)?;
    root.present().map_err(fault)
}

fn draw_plot(plan: &Plan, curves: &[Curve], area: &Area<'_>) -> Result<(), Fault> {
    let most = figure(plan.most_pods()).max(1);
    let top = curves.iter().map(Curve::top).fold(most, i64::max);
    let top = top.saturating_add((top / 25).max(1));
    let mut chart = ChartBuilder::on(area)
        .margin_left(12)
        .margin_right(28)
        .margin_top(HEADING_HEIGHT + LABELS_HEIGHT)
        .x_label_area_size(56)
        .y_label_area_size(72)
        .build_cartesian_2d(0..most.saturating_add(most / 50), 0..top)
        .map_err(fault)?;
    chart
        .configure_mesh()
        .x_desc("pods on the node that need an address")
        .y_desc("IPv4 addresses taken from the subnet by one node")
        .axis_desc_style((FONT, 18).into_font().color(&DARK))
        .label_style((FONT, 16).into_font().color(&DARK))
        .x_labels(if most > 9999 { 6 } else { 12 })
        .y_labels(12)
        .max_light_lines(1)
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(225, 225, 225))
        .axis_style(DARK)
        .draw()
        .map_err(fault)?;
    chart.draw_series(LineSeries::new([(0, 0), (most, most)], GREY.stroke_width(1))).map_err(fault)?;
    for (curve, (colour, width)) in curves.iter().zip(STYLES) {
        let corners = curve.corners.iter().copied();
        chart.draw_series(LineSeries::new(corners, colour.stroke_width(width))).map_err(fault)?;
        if let (Some(_), Some(&end)) = (curve.served, curve.corners.last()) {
            chart.draw_series([Cross::new(end, 9, colour.stroke_width(3))]).map_err(fault)?;
        }
    }
    let limit = format!("max pods {}, of which {} need an address", plan.max_pods, plan.most_pods());
    let compared = plan.compared.first().map(|compared| compared.pool.pods).unwrap_or_default();
    let mut lines = vec![(plan.most_pods(), limit)];
    if compared != plan.most_pods() {
        lines.push((compared, format!("{} compared", count(compared, "pod"))));
    }
    for (line, (pods, label)) in (0..).zip(lines) {
        let pods = figure(pods);
        let dashes = DashedLineSeries::new([(pods, 0), (pods, top)], 5, 4, DARK.stroke_width(1));
        chart.draw_series(dashes).map_err(fault)?;
        // The label stands on the side of its line where there is more room, in a row of its own.
        let side = if pods > most / 2 { HPos::Right } else { HPos::Left };
        let style = (FONT, 16).into_font().color(&DARK).pos(Pos::new(side, VPos::Center));
        let (x, _) = chart.backend_coord(&(pods, top));
        let row: i32 = line;
        let y = i32::try_from(HEADING_HEIGHT + LINE_HEIGHT / 2)? + row * i32::try_from(LINE_HEIGHT)?;
        area.draw(&Text::new(label, (x, y), style)).map_err(fault)?;
    }
    Ok(())
}

fn draw_legend(curves: &[Curve], area: &Area<'_>) -> Result<(), Fault> {
    const LEFT: i32 = 84;
    const SWATCH: i32 = 40;
    let style = (FONT, 16).into_font().color(&DARK).pos(Pos::new(HPos::Left, VPos::Center));
    let labels = curves.iter().zip(STYLES).map(|(curve, (colour, width))| (&*curve.label, colour, width));
    let pods = ("one address for each pod, for comparison", GREY, 1);
    for (line, (label, colour, width)) in (0..).zip(labels.chain([pods])) {
        let line: i32 = line;
        let y = i32::try_from(LINE_HEIGHT)? * (line + 1);
        let swatch = PathElement::new([(LEFT, y), (LEFT + SWATCH, y)], colour.stroke_width(width));
        area.draw(&swatch).map_err(fault)?;
        area.draw(&Text::new(label, (LEFT + SWATCH + 12, y), style.clone())).map_err(fault)?;
    }
    Ok(())
}

/// An error of the drawing, without the lifetime of what it was drawn on.
fn fault(error: impl Error) -> Fault {
    error.to_string().into()
}
