// A security key in software, for tests: what OpenSSH asks of a provider (SSH_SK_PROVIDER), answered with a key that lies in its handle.
// It signs as the hardware does: over the application, a flag that somebody touched it, a counter, and the text's digest.
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { general_error = -1, key_bytes = 32, signature_bytes = 64, ed25519 = 1, touched = 1 };

struct enrolled {
  uint8_t flags;
  uint8_t* public_key;
  size_t public_key_len;
  uint8_t* key_handle;
  size_t key_handle_len;
  uint8_t* signature;
  size_t signature_len;
  uint8_t* attestation_cert;
  size_t attestation_cert_len;
  uint8_t* authdata;
  size_t authdata_len;
};

struct signed_text {
  uint8_t flags;
  uint32_t counter;
  uint8_t* sig_r;
  size_t sig_r_len;
  uint8_t* sig_s;
  size_t sig_s_len;
};

uint32_t sk_api_version(void) { return 0x000a0000; }

int sk_enroll(uint32_t algorithm, const uint8_t* challenge, size_t challenge_len, const char* application,
              uint8_t flags, const char* pin, void** options, struct enrolled** response) {
  (void)challenge, (void)challenge_len, (void)application, (void)pin, (void)options;
  if (algorithm != ed25519) return general_error;
  struct enrolled* made = calloc(1, sizeof *made);
  EVP_PKEY* key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  size_t public_len = key_bytes, private_len = key_bytes;
  made->flags = flags;
  made->public_key = malloc(key_bytes);
  made->key_handle = malloc(key_bytes);
  EVP_PKEY_get_raw_public_key(key, made->public_key, &public_len);
  EVP_PKEY_get_raw_private_key(key, made->key_handle, &private_len);
  made->public_key_len = public_len;
  made->key_handle_len = private_len;
  EVP_PKEY_free(key);
  *response = made;
  return 0;
}

int sk_sign(uint32_t algorithm, const uint8_t* data, size_t data_len, const char* application, const uint8_t* handle,
            size_t handle_len, uint8_t flags, const char* pin, void** options, struct signed_text** response) {
  (void)flags, (void)pin, (void)options;
  if (algorithm != ed25519 || handle_len != key_bytes) return general_error;
  uint8_t text[SHA256_DIGEST_LENGTH + 5 + SHA256_DIGEST_LENGTH] = {0};
  SHA256((const uint8_t*)application, strlen(application), text);
  text[SHA256_DIGEST_LENGTH] = touched;
  text[SHA256_DIGEST_LENGTH + 4] = 7;
  SHA256(data, data_len, text + SHA256_DIGEST_LENGTH + 5);
  struct signed_text* made = calloc(1, sizeof *made);
  made->flags = touched;
  made->counter = 7;
  made->sig_r = malloc(signature_bytes);
  made->sig_r_len = signature_bytes;
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, handle, handle_len);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const int good = key != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
                   EVP_DigestSign(context, made->sig_r, &made->sig_r_len, text, sizeof text) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  *response = made;
  return good ? 0 : general_error;
}

int sk_load_resident_keys(const char* pin, void** options, void*** keys, size_t* count) {
  (void)pin, (void)options, (void)keys, (void)count;
  return general_error;
}
