import i18n from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en'
import { ja } from './ja'

export type Lang = 'ja' | 'en'

const key = 'yagura.lang'

export function storedLang(): Lang {
  return localStorage.getItem(key) === 'en' ? 'en' : 'ja'
}

export function setLang(lang: Lang) {
  localStorage.setItem(key, lang)
  document.documentElement.lang = lang
  void i18n.changeLanguage(lang)
}

void i18n.use(initReactI18next).init({
  lng: storedLang(),
  fallbackLng: 'ja',
  resources: { ja: { translation: ja }, en: { translation: en } },
  interpolation: { escapeValue: false },
  returnNull: false,
})
document.documentElement.lang = storedLang()

/** A sentence of the API in both languages. */
export type Text = { ja: string; en: string }

export function pick(text: Text | undefined, lang: Lang): string {
  if (!text) return ''
  return (lang === 'en' ? text.en || text.ja : text.ja || text.en) ?? ''
}

/** Words of the catalogue (t), sentences of the API (x), and the language. */
export function useWords() {
  const { t, i18n: instance } = useTranslation()
  const lang: Lang = instance.language === 'en' ? 'en' : 'ja'
  return {
    t: t as (key: string, values?: Record<string, unknown>) => string,
    lang,
    x: (text: Text | undefined) => pick(text, lang),
    /** A word that the API sent: translated where the catalogue knows it, as it is otherwise. */
    word: (group: string, value: string | undefined) => (value ? (t as (k: string, o: object) => string)(`${group}.${value}`, { defaultValue: value }) : ''),
  }
}
