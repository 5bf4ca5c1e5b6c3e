/** The tower. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#fff" fillOpacity=".13" />
      <path d="M16 4 5 11h22zM8 12h16v5H8zM10 18h2.2l-1.6 10H8.2zM19.8 18H22l1.8 10h-2.4zM11.6 21h8.800v1.800h-8.800z" fill="#fff" />
      <path d="M14.600 13.200h2.800v2.800h-2.800z" fill="#e8b04a" />
    </svg>
  )
}
