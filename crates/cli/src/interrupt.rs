use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// A flag that turns true at the first Ctrl-C, hang-up or termination request.
pub(crate) fn stop_flag() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        // Nobody listens any more when the run has ended by itself.
        let _ = sender.send(true);
        // Keeps the channel open: a dropped sender would look like a request to the receiver.
        std::future::pending::<()>().await;
    });
    Ok(receiver)
}
