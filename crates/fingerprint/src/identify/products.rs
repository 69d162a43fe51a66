//! The products on one port.

use std::collections::BTreeMap;

use hoshimori_inspection::inventory::Product;

use super::support::{Found, confidence, goes_on, reasons, support};
use crate::reading::ProductWords;

/// What a version and the revision of a distribution are together.
type Edition<'a> = (Option<&'a str>, Option<&'a str>);

/// The products that `found`, all of one port, tell of, the best supported first.
///
/// Products of different names are different programs, such as a web server and a language in it.
/// Of one name, an edition that goes on where another ends agrees with it; others disagree, and
/// all of them stay.
pub(super) fn combine(found: &[&Found<'_>]) -> Vec<Product> {
    let mut programs: BTreeMap<String, Vec<&Found<'_>>> = BTreeMap::new();
    let names = cpe_names(found);
    for found in found {
        if let Some(words) = &found.reading.product {
            programs.entry(program(words, &names)).or_default().push(found);
        }
    }
    let mut products: Vec<_> = programs.values().flat_map(|found| editions(found)).collect();
    products.sort_by(|(a, a_order), (b, b_order)| {
        a_order.cmp(b_order).then_with(|| (&a.name, &a.version).cmp(&(&b.name, &b.version)))
    });
    products.into_iter().map(|(product, _)| product).collect()
}

/// Where a product stands among those of its port: support first, then the clue that speaks of
/// the server itself, then the earlier pattern.
type Order = (std::cmp::Reverse<u32>, hoshimori_inspection::evidence::ClueSource, usize);

/// The editions of one program that no other reading tells more exactly.
fn editions(found: &[&Found<'_>]) -> Vec<(Product, Order)> {
    let mut by_edition: BTreeMap<Edition<'_>, Vec<&Found<'_>>> = BTreeMap::new();
    for found in found {
        by_edition.entry(edition(found)).or_default().push(found);
    }
    let exact = by_edition
        .keys()
        .filter(|one| !by_edition.keys().any(|other| other != *one && agrees(one, other)));
    let mut products = Vec::new();
    for edition in exact {
        let (version, revision) = *edition;
        let own = by_edition.get(edition).into_iter().flatten().copied();
        let supporting: Vec<&Found<'_>> = by_edition
            .iter()
            .filter(|(part, _)| agrees(part, edition))
            .flat_map(|(_, found)| found.iter().copied())
            .collect();
        let words = |found: &Found<'_>| found.reading.product.clone().unwrap_or_default();
        let Some(best) = own.clone().max_by_key(|found| {
            let has_cpe = found.reading.product.as_ref().is_some_and(|words| words.cpe.is_some());
            (found.weight(), has_cpe, std::cmp::Reverse(found.reading.rank))
        }) else {
            continue;
        };
        let ProductWords { vendor, name, cpe, .. } = words(best);
        let amount = support(supporting.iter().copied());
        let first =
            supporting.iter().map(|found| (found.heard.clue.from, found.reading.rank)).min();
        let (source, rank) = first.unwrap_or((best.heard.clue.from, best.reading.rank));
        let product = Product {
            vendor,
            name: name.unwrap_or_default(),
            version: version.map(str::to_owned),
            revision: revision.map(str::to_owned),
            cpe,
            confidence: confidence(amount),
            reasons: reasons(supporting),
        };
        products.push((product, (std::cmp::Reverse(amount), source, rank)));
    }
    products
}

fn edition<'a>(found: &'a Found<'_>) -> Edition<'a> {
    let words = found.reading.product.as_ref();
    let version = words.and_then(|words| words.version.as_deref());
    (version, words.and_then(|words| words.revision.as_deref()))
}

/// Whether `whole` says all that `part` says, and perhaps more.
fn agrees(part: &Edition<'_>, whole: &Edition<'_>) -> bool {
    let told = |part: Option<&str>, whole: Option<&str>| match (part, whole) {
        (None, _) => true,
        (Some(part), Some(whole)) => goes_on(part, whole),
        (Some(_), None) => false,
    };
    told(part.0, whole.0) && told(part.1, whole.1)
}

/// What names one program: vendor and product of its CPE name or, without one, its name.
fn program(words: &ProductWords, names: &BTreeMap<String, String>) -> String {
    let name = words.name.as_deref().unwrap_or_default().to_lowercase();
    let cpe = words.cpe.as_deref().map(cpe_name);
    cpe.or_else(|| names.get(&name).cloned()).unwrap_or(name)
}

/// Names of programs with the CPE name that some clue gives for them.
fn cpe_names(found: &[&Found<'_>]) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for words in found.iter().filter_map(|found| found.reading.product.as_ref()) {
        if let (Some(name), Some(cpe)) = (&words.name, &words.cpe) {
            let cpe = cpe_name(cpe);
            let known = names.entry(name.to_lowercase()).or_insert_with(|| cpe.clone());
            if cpe < *known {
                *known = cpe;
            }
        }
    }
    names
}

/// Part, vendor and product of a formatted string: our patterns quote no colon there.
fn cpe_name(cpe: &str) -> String {
    cpe.split(':').skip(2).take(3).collect::<Vec<_>>().join(":")
}
