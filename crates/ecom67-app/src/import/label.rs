//! What people read where a foreign catalog has only a code.

/// Words that are written in capitals.
const CAPITALS: [&str; 44] = [
    "3d", "ac", "cd", "cpu", "ddr", "dc", "dimm", "dvd", "dvi", "eu", "fm", "gps", "gpu", "hd", "hdd", "hdmi", "ieee",
    "ip", "ir", "iso", "lan", "lcd", "led", "lte", "mp3", "nfc", "oem", "os", "pc", "pci", "pdf", "poe", "raid", "ram",
    "rgb", "rj", "rom", "sata", "sd", "ssd", "tv", "uk", "usb", "vga",
];

/// A label from a code: words apart, the first with a capital. Where a code ends in `__word_`, the word stood in
/// parentheses before somebody made a code of it.
pub(super) fn from_code(code: &str) -> String {
    let (head, note) = match code.strip_suffix('_').and_then(|inner| inner.rsplit_once("__")) {
        Some((head, note)) if !head.is_empty() && !note.is_empty() => (head, Some(note)),
        _ => (code, None),
    };
    let mut label = words(head);
    if let Some(first) = label.get(..1).map(str::to_ascii_uppercase) {
        label.replace_range(..1, &first);
    }
    match note.map(words) {
        Some(note) if !note.is_empty() => format!("{label} ({note})"),
        _ => label,
    }
}

fn words(code: &str) -> String {
    let spelled = |word: &str| if CAPITALS.contains(&word) { word.to_ascii_uppercase() } else { word.to_owned() };
    code.split(['_', '-']).filter(|word| !word.is_empty()).map(spelled).collect::<Vec<_>>().join(" ")
}

/// The colour that a choice of a colour attribute names, if it is a plain one.
pub(super) fn color_of(attribute: &str, label: &str) -> Option<&'static str> {
    if !matches!(attribute, "color" | "colour") {
        return None;
    }
    Some(match label.to_ascii_lowercase().as_str() {
        "black" => "#1d1d1f",
        "blue" => "#2f6fd6",
        "brown" => "#7a4f35",
        "gold" => "#c9a13b",
        "gray" | "grey" => "#8a8d91",
        "green" => "#3f9a55",
        "lavender" => "#b7a5e0",
        "orange" => "#f08a24",
        "pink" => "#f08cab",
        "purple" => "#7b4fb5",
        "red" => "#d2323e",
        "silver" => "#c3c6ca",
        "white" => "#ffffff",
        "yellow" => "#f4cf3a",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_something_to_read() {
        assert_eq!(from_code("display_diagonal"), "Display diagonal");
        assert_eq!(from_code("contrast_ratio__typical_"), "Contrast ratio (typical)");
        assert_eq!(from_code("ethernet_lan__rj_45__ports"), "Ethernet LAN RJ 45 ports");
        assert_eq!(
            from_code("usb_3_2_gen_2__3_1_gen_2__type_a_ports_quantity"),
            "USB 3 2 gen 2 3 1 gen 2 type a ports quantity"
        );
        assert_eq!(from_code("intel__insider_"), "Intel (insider)");
        assert_eq!(from_code("_"), "");
    }
}
