/** German messages about disk, memory and the report. */
import { formatsFor } from './format';
import type { Messages } from './en';

const f = formatsFor('de');

export const diagnostics: Messages['diagnostics'] = {
  title: 'Speicherplatz, Arbeitsspeicher und Start',
  lead: 'Was Alexandria auf diesem Computer belegt.',
  show: 'Anzeigen',
  measuring: 'Wird gemessen …',
  kinds: {
    files: 'Bücher und Dokumente',
    text: 'Ihr Text',
    'words-index': 'Wortindex',
    vectors: 'Vektoren für die Suche nach Bedeutung',
    covers: 'Titelbilder',
    other: 'Alles Übrige in der Bibliothek',
    bin: 'Im Papierkorb',
    unused: 'Reste gelöschter Bücher',
    logs: 'Protokolle',
    updates: 'Aktualisierungen',
  },
  advice: {
    bin: 'Wird nach 30 Tagen gelöscht. Um es jetzt zu löschen, öffnen Sie den Papierkorb.',
    unused: '„Speicherplatz freigeben“ gibt ihn dem Computer zurück.',
  },
  total: 'Zusammen',
  memory: 'Arbeitsspeicher',
  processes: {
    'alexandria-desk': 'Alexandria',
    WebKitWebProces: 'Anzeige der Seiten',
    WebKitNetworkPr: 'Anfragen der Seiten, von denen keine ein Netz erreicht',
  },
  start: 'Der letzte Start',
  stages: {
    window: 'Fenster geöffnet',
    library: 'Bibliothek geöffnet',
    page: 'Seite geladen',
    shelf: 'Bücher aufgelistet',
  },
  after: (milliseconds) => `nach ${f.seconds(milliseconds)}`,
  freeSpace: 'Speicherplatz freigeben',
  freeing: 'Speicherplatz wird freigegeben …',
  freed: (before, after) =>
    before > after
      ? `${f.size(before - after)} freigegeben: vorher ${f.size(before)}, jetzt ${f.size(after)}.`
      : `Es gibt nichts freizugeben: Alle ${f.size(after)} werden gebraucht.`,
  reportTitle: 'Ein Problem melden',
  reportLead:
    'Ein Bericht enthält die Zahlen zu Speicherplatz und Arbeitsspeicher, die Version und das Ende des Protokolls, aber keine Titel und keinen Text. Sie sehen ihn vollständig, bevor Sie ihn speichern, und Alexandria sendet ihn an niemanden.',
  feedback: 'Was ist geschehen? (freiwillig)',
  prepareReport: 'Bericht anzeigen',
  report: 'Der Bericht',
  saveReport: 'Bericht speichern …',
  reportSaved: 'Der Bericht wurde gespeichert.',
};
