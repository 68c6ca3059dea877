// Asks a passkey to sign the statement that stands on this page, or a new one to be made, and posts what it gave.
const page = document.querySelector("main").dataset;
const button = document.querySelector("button");
const status = document.querySelector("[role=status]");

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function sign() {
  const given = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(page.challenge),
      rpId: page.rp,
      allowCredentials: page.credentials.split(" ").map((id) => ({ type: "public-key", id: bytes(id) })),
      userVerification: "required",
      timeout: 300000,
    },
  });
  return {
    alg: "webauthn",
    id: text(given.rawId),
    authenticator_data: text(given.response.authenticatorData),
    client_data: text(given.response.clientDataJSON),
    signature: text(given.response.signature),
  };
}

async function register() {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(page.challenge),
      rp: { id: page.rp, name: page.office },
      user: { id: bytes(page.user), name: page.person, displayName: page.person },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: 300000,
    },
  });
  return {
    authenticator_data: text(made.response.getAuthenticatorData()),
    client_data: text(made.response.clientDataJSON),
  };
}

button.addEventListener("click", async () => {
  button.disabled = true;
  status.textContent = page.waiting;
  try {
    const body = JSON.stringify(await (page.does === "sign" ? sign() : register()));
    const reply = await fetch(`answer${location.search}`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    const answer = await reply.json();
    status.textContent = answer.words;
    button.hidden = reply.ok;
  } catch {
    status.textContent = page.failed;
  }
  button.disabled = false;
});
button.disabled = !window.PublicKeyCredential;
if (button.disabled) {
  status.textContent = page.unable;
}
