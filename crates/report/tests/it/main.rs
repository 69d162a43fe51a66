//! The report as its readers get it: words, HTML and PDF pages.

#![cfg(test)]

mod document;
mod hostile;
mod html;
mod model;
mod pages;
mod pdf;
mod sample;
mod scans;
