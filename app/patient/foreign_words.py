"""Words of those who write in German, Danish, French, Spanish or Italian: planned, not given, mutated, wild-type."""

from __future__ import annotations

# Behind the drug: "Lonsurf ist geplant", "encorafénib envisagé".
PLANNED_AFTER = (
    r"(?:ist |wird |sind |est |es |er |sera |ser[aá] )?(?:envisag[eé]\w*|pr[eé]vue?s?|propos[eé]e?s?|planifi[eé]e?s?|"
    r"discut[eé]e?s?|geplant|vorgesehen|angedacht|erwogen|vorgeschlagen|beantragt|diskutiert|planlagt|overvejes|"
    r"foresl[aå]et|previst[oa]|plane?ad[oa]|planificad[oa]|programad[oa]|søgt(?=,| )|propuest[oa]|proposto|"
    r"programmat[oa])"
)
DENIED_AFTER = (
    r"(?:wurde |blev |a [eé]t[eé] )?(?:nicht (?:erhalten|bekommen|gegeben|verabreicht)|nie (?:erhalten|bekommen)|"
    r"abgelehnt|nicht begonnen|"
    r"non (?:d[eé]but|commenc)[eé]e?s?|ikke (?:startet|p[aå]begyndt)|(?:a[uú]n )?no iniciad[oa]|non iniziat[oa]|"
    r"refus[eé]e?s?|non (?:re[cç]ue?|administr[eé]e?)|jamais (?:re[cç]ue?|administr[eé]e?|donn[eé]e?)|"
    r"ikke (?:givet|f[aå]et|modtaget)|aldrig (?:givet|f[aå]et)|afsl[aå]et|no (?:recibid[oa]|administrad[oa])|"
    r"rechazad[oa]|mai (?:ricevut[oa]|somministrat[oa])|rifiutat[oa])"
)
# In front of it: "kein Bevacizumab", "jamais de cétuximab", "uden bevacizumab".
DENIED_BEFORE = (
    r"keine?[nrms]?|ohne|niemals|nie(?= [a-z]+mab| [a-z]+nib)|pas d[e'’]|jamais(?: eu| re[cç]u)?(?: d[e'’])?|aucun|"
    r"n['’]a (?:pas|jamais) re[cç]u(?: d[e'’])?|ikke(?: f[aå]et| modtaget)?|no ha recibido|non ha ricevuto|"
    r"ingen|uden|aldrig(?: f[aå]et)?|sin|nunca(?: ha)?(?: recibi\w+)?|senza|"
    r"mai(?: stat[oa])? (?:ricevut|somministrat|trattat)\w*(?: con)?"
)
# Behind a gene: "RAS sauvage", "KRAS muteret"; what is normal is looked for first, so that "non muté" is.
NORMAL = (
    r"sauvages?|vild-?type\w*|salvajes?|nativ[oa]s?|selvaggi[oa]|(?:nicht |un)mutiert|ikke muteret|umuteret|"
    r"non mut[eé]e?s?|"
    r"no mutad[oa]|non mutat[oa]"
)
ALTERED = r"mutiert|muteret|mut[eé]e?s?(?![a-z])|mutad[oa]|mutat[oa]"
