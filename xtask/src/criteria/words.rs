//! Words for the small vocabularies of the scheme.

use hoshimori_scheme::{AuditMethod, EvidenceKind, MeasureClass, Text};

pub(crate) fn class(class: MeasureClass) -> Text {
    match class {
        MeasureClass::Basic => Text::new("基本対策", "basic measure"),
        MeasureClass::Applied => Text::new("応用対策", "applied measure"),
    }
}

pub(crate) fn method(method: AuditMethod) -> Text {
    match method {
        AuditMethod::Document => Text::new("文書の確認", "documents"),
        AuditMethod::Interview => Text::new("聞き取り", "interview"),
        AuditMethod::Observation => Text::new("現地の観察", "observation"),
        AuditMethod::Sampling => Text::new("記録の抜き取り", "sampling"),
        AuditMethod::Technical => Text::new("診断の結果", "technical tests"),
    }
}

pub(crate) fn evidence(kind: EvidenceKind) -> Text {
    match kind {
        EvidenceKind::Document => Text::new("文書", "document"),
        EvidenceKind::Record => Text::new("記録", "record"),
        EvidenceKind::Photo => Text::new("写真", "photo"),
        EvidenceKind::Screenshot => Text::new("画面", "screenshot"),
        EvidenceKind::Observation => Text::new("観察", "observation"),
        EvidenceKind::Scan => Text::new("診断", "scan"),
        EvidenceKind::Interview => Text::new("聞き取り", "interview"),
        EvidenceKind::Config => Text::new("設定", "configuration"),
        EvidenceKind::Log => Text::new("ログ", "log"),
    }
}
