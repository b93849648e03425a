//! Showing what a command tells: results on the standard output, progress on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::command::{Event, ProgressEvent};

/// Shows events as they come.
pub(crate) struct Renderer {
    bar: ProgressBar,
}

impl Renderer {
    /// Shows progress where the standard error is a terminal.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self { bar }
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event) {
        match event {
            Event::Line { text } => self.bar.suspend(|| println!("{text}")),
            Event::Failed { message } => self.bar.suspend(|| eprintln!("error: {message}")),
            Event::Progress(progress) => self.progress(progress),
            Event::Ended { .. } => self.bar.finish_and_clear(),
        }
    }

    fn progress(&self, progress: &ProgressEvent) {
        let template = if progress.total.is_some() {
            "{prefix} [{bar:28}] {percent:>3} %  {msg}"
        } else {
            "{prefix} {spinner}  {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        if let Some(total) = progress.total {
            self.bar.set_length(total);
        }
        self.bar.set_prefix(progress.doing.clone());
        self.bar.set_position(progress.done);
        let left = progress.seconds_left.map(|seconds| format!(", {} left", duration(seconds))).unwrap_or_default();
        self.bar.set_message(format!("{}{left}", progress.detail));
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}
