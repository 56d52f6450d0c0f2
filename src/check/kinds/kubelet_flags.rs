//! The kubelet's command line, as far as it bears on the number of pods.

use crate::check::facts::{Amount, Declared, Kubelet, NumberSetting, beginning};
use crate::check::source::Spot;

/// Reads the kubelet's flags from words, each with its place. A flag given twice: the last one counts.
pub(crate) fn read<'a>(words: impl IntoIterator<Item = (&'a str, Spot)>) -> Kubelet {
    let words: Vec<_> = words.into_iter().collect();
    read_at(words.iter().map(|(word, spot)| (*word, spot)), |_, spot| spot.clone())
}

/// Does the same for words whose places are looked up by `spot`, which gets the beginning of the word that holds
/// the value. It is asked for the flags alone that count.
pub(crate) fn read_at<'a, P>(
    words: impl IntoIterator<Item = (&'a str, P)>,
    spot: impl Fn(&'a str, P) -> Spot,
) -> Kubelet {
    let (mut max_pods, mut reserved) = (None, None);
    let mut words = words.into_iter();
    while let Some((word, place)) = words.next() {
        let found = match word.split_once('=') {
            Some((flag, value)) => (flag, value, (flag, place)),
            None if matches!(word, "--max-pods" | "--kube-reserved") => match words.next() {
                Some((value, place)) => (word, value, (value, place)),
                None => break,
            },
            None => continue,
        };
        match found {
            ("--max-pods", value, place) => max_pods = Some((value, place)),
            ("--kube-reserved", value, place) => reserved = Some((value, place)),
            _ => {}
        }
    }
    let mut kubelet = Kubelet::default();
    if let Some((value, (word, place))) = max_pods {
        kubelet.max_pods = Some(Declared { value: Amount::new(value, false), spot: spot(word, place) });
        kubelet.from = NumberSetting::Flag;
    }
    if let Some((value, (word, place))) = reserved {
        let spot = spot(word, place);
        let memory = value.split(',').find_map(|pair| pair.trim().strip_prefix("memory="));
        kubelet.reserved_memory =
            memory.map(|memory| Declared { value: beginning(memory.trim()).into(), spot: spot.clone() });
        kubelet.reserved = Some(spot);
    }
    kubelet
}

/// The words of a text that has several flags in it, all at one place.
pub(crate) fn split<'a>(text: &'a str, spot: &Spot) -> impl Iterator<Item = (&'a str, Spot)> {
    text.split_ascii_whitespace().map(|word| (word.trim_matches(['\'', '"']), spot.clone()))
}
