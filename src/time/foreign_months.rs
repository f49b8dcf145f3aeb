//! The names of months in other languages, which are not read: the same letters mean different months in some of them.

/// In small letters, without the point of an abbreviation: German, French, Spanish, Italian, Portuguese, Dutch, Polish,
/// Swedish, Danish, Norwegian, Czech, Russian, Turkish; none that is English too.
const NAMES: [&str; 147] = [
    "abr",
    "abril",
    "ago",
    "agosto",
    "aout",
    "août",
    "apríl",
    "aralık",
    "augusti",
    "augustus",
    "avr",
    "avril",
    "ağustos",
    "cze",
    "czerwca",
    "decembre",
    "des",
    "desember",
    "dez",
    "dezember",
    "dezembro",
    "dic",
    "dicembre",
    "diciembre",
    "dubna",
    "déc",
    "décembre",
    "ene",
    "enero",
    "febbraio",
    "feber",
    "febrero",
    "februar",
    "februari",
    "februára",
    "fev",
    "fevereiro",
    "fevr",
    "fevrier",
    "fév",
    "févr",
    "février",
    "gen",
    "gennaio",
    "giu",
    "giugno",
    "gru",
    "grudnia",
    "haziran",
    "janeiro",
    "januar",
    "januari",
    "janv",
    "janvier",
    "juil",
    "juillet",
    "juin",
    "julho",
    "juli",
    "julio",
    "junho",
    "juni",
    "junio",
    "jänner",
    "kasım",
    "kwi",
    "kwietnia",
    "ledna",
    "lip",
    "lipca",
    "lis",
    "listopada",
    "lug",
    "luglio",
    "lut",
    "lutego",
    "maart",
    "maerz",
    "mag",
    "maggio",
    "mai",
    "maio",
    "maj",
    "maja",
    "marca",
    "mars",
    "mart",
    "marzo",
    "março",
    "mayo",
    "mayıs",
    "mei",
    "mrt",
    "mrz",
    "mär",
    "märz",
    "nisan",
    "novembre",
    "novembro",
    "noviembre",
    "ocak",
    "octobre",
    "octubre",
    "okt",
    "oktober",
    "oktobra",
    "ott",
    "ottobre",
    "out",
    "outubro",
    "paź",
    "października",
    "septembre",
    "septiembre",
    "setembro",
    "settembre",
    "sie",
    "sierpnia",
    "sty",
    "stycznia",
    "temmuz",
    "wrz",
    "września",
    "авг",
    "августа",
    "апр",
    "апреля",
    "дек",
    "декабря",
    "июль",
    "июля",
    "июнь",
    "июня",
    "май",
    "мар",
    "марта",
    "мая",
    "ноя",
    "ноября",
    "окт",
    "октября",
    "сен",
    "сентября",
    "фев",
    "февраля",
    "янв",
    "января",
];

/// Whether a text, which has digits besides, names a month in another language.
pub(super) fn names_foreign_month(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_name = |word: &str| NAMES.contains(&word.to_lowercase().as_str());
    text.bytes().any(|byte| byte.is_ascii_digit()) && words.any(is_name)
}

#[cfg(test)]
mod tests {
    use super::super::calendar::leading_month;
    use super::*;

    #[test]
    fn names() {
        for text in ["14 août 2024", "14. Mai 2024", "Di, 14-OKT-2024", "Mär  1 10:00", "1 de enero de 2024"]
        {
            assert!(names_foreign_month(text), "{text}");
        }
        for text in ["14 August 2024", "Mai", "maison 3", "14.05.2024", ""] {
            assert!(!names_foreign_month(text), "{text}");
        }
    }

    #[test]
    fn none_is_english() {
        for name in NAMES {
            assert!(leading_month(name.as_bytes()).is_none_or(|(_, rest)| !rest.is_empty()), "{name}");
        }
    }
}
