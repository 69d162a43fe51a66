use std::sync::Mutex;
use std::time::Duration;

use hoshimori_pipeline::events::{Event, Observer, Stage};
use hoshimori_scheme::Text;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printer::Printer;

/// Draws the stages of a run on standard error, each with the time it still needs.
pub(crate) struct ProgressLine {
    printer: Printer,
    bar: Mutex<ProgressBar>,
}

impl ProgressLine {
    pub(crate) fn new(printer: Printer) -> Self {
        Self { printer, bar: Mutex::new(ProgressBar::hidden()) }
    }

    /// Removes the line from the screen.
    pub(crate) fn finish(&self) {
        self.with_bar(ProgressBar::finish_and_clear);
    }

    fn begin(&self, stage: Stage, total: u64, done: u64) {
        self.finish();
        if total == 0 {
            return;
        }
        let name = stage.name();
        let name = name.in_language(self.printer.language);
        if !self.printer.shows_progress() {
            self.printer.note(&Text::same(name));
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let template = "{prefix} {bar:30} {percent:>3}%  {pos}/{len}  ETA {eta}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.set_position(done);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(200));
        if let Ok(mut current) = self.bar.lock() {
            *current = bar;
        }
    }

    fn with_bar(&self, act: impl FnOnce(&ProgressBar)) {
        if let Ok(bar) = self.bar.lock() {
            act(&bar);
        }
    }
}

impl Observer for ProgressLine {
    fn notice(&self, event: Event) {
        match event {
            Event::Begun { stage, total, done } => self.begin(stage, total, done),
            Event::Advanced { steps } => self.with_bar(|bar| bar.inc(steps)),
            Event::Expected { done, left } => self.with_bar(|bar| {
                bar.set_length(done + left);
                bar.set_position(done);
            }),
            Event::Open { address, port } => {
                self.with_bar(|bar| bar.set_message(format!("{address}:{port}")));
            }
            Event::Notice(text) => {
                let text = text.in_language(self.printer.language).to_owned();
                self.with_bar(|bar| bar.suspend(|| self.printer.note(&Text::same(text))));
            }
        }
    }
}
