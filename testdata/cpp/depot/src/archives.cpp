// Archives behind a network: two clouds, and another depot.
#include <aws/s3/S3Client.h>
#include <aws/s3/model/DeleteBucketRequest.h>
#include <aws/s3/model/DeleteObjectRequest.h>
#include <aws/s3/model/PutObjectRequest.h>
#include <curl/curl.h>
#include <google/cloud/storage/client.h>

#include "depot/engines.h"
#include "depot/log.h"

namespace depot {

namespace {

class S3 final : public Archive {
 public:
  explicit S3(const std::string& bucket) : bucket_(bucket) {}

  Status store(const std::string& key, const std::string& bytes) override {
    Aws::S3::Model::PutObjectRequest request;
    request.SetBucket(bucket_);
    request.SetKey(key);
    request.SetBody(Aws::MakeShared<Aws::StringStream>("depot", bytes));
    const auto outcome = client_.PutObject(request);
    return outcome.IsSuccess() ? Status::Ok() : Status::Io(outcome.GetError().GetMessage());
  }

  Status expire(const std::string& key) override {
    if (key.empty()) return Status::Refused("which object?");
    Aws::S3::Model::DeleteObjectRequest request;
    request.SetBucket(bucket_);
    request.SetKey(key);
    const auto outcome = client_.DeleteObject(request);
    return outcome.IsSuccess() ? Status::Ok() : Status::Io(outcome.GetError().GetMessage());
  }

  Status close(const std::string& bucket) override {
    if (bucket != bucket_) return Status::Refused("another archive's bucket");
    Log(Level::Info, "s3: closing " + bucket);
    return Status::Ok();
  }

 private:
  std::string bucket_;
  Aws::S3::S3Client client_;
};

class CloudStorage final : public Archive {
 public:
  explicit CloudStorage(const std::string& bucket) : bucket_(bucket) {}

  Status store(const std::string& key, const std::string& bytes) override {
    const auto written = client_.InsertObject(bucket_, key, bytes);
    return written ? Status::Ok() : Status::Io(written.status().message());
  }

  Status expire(const std::string& key) override {
    if (key.empty()) return Status::Refused("which object?");
    const google::cloud::Status gone = client_.DeleteObject(bucket_, key);
    return gone.ok() ? Status::Ok() : Status::Io(gone.message());
  }

  Status close(const std::string& bucket) override {
    if (bucket != bucket_) return Status::Refused("another archive's bucket");
    Log(Level::Info, "gcs: closing " + bucket);
    return Status::Ok();
  }

 private:
  std::string bucket_;
  google::cloud::storage::Client client_;
};

/// Another depot, asked over HTTP.
class Peer final : public Archive {
 public:
  explicit Peer(const std::string& url) : url_(url) {}

  Status store(const std::string& key, const std::string& bytes) override { return send(key, "PUT", bytes); }

  Status expire(const std::string& key) override {
    if (key.empty()) return Status::Refused("which object?");
    CURL* handle = curl_easy_init();
    if (handle == nullptr) return Status::Io("no connection");
    curl_easy_setopt(handle, CURLOPT_URL, (url_ + "/objects/" + key).c_str());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, 30L);
    const CURLcode came = curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    return came == CURLE_OK ? Status::Ok() : Status::Io(curl_easy_strerror(came));
  }

  Status close(const std::string& bucket) override {
    CURL* handle = curl_easy_init();
    if (handle == nullptr) return Status::Io("no connection");
    curl_easy_setopt(handle, CURLOPT_URL, (url_ + "/buckets/" + bucket).c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, "DELETE");
    const CURLcode came = curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    return came == CURLE_OK ? Status::Ok() : Status::Io(curl_easy_strerror(came));
  }

 private:
  Status send(const std::string& key, const char* verb, const std::string& body) {
    CURL* handle = curl_easy_init();
    if (handle == nullptr) return Status::Io("no connection");
    curl_easy_setopt(handle, CURLOPT_URL, (url_ + "/objects/" + key).c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, verb);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
    const CURLcode came = curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    return came == CURLE_OK ? Status::Ok() : Status::Io(curl_easy_strerror(came));
  }

  std::string url_;
};

}  // namespace

std::unique_ptr<Archive> OpenS3(const std::string& bucket) { return std::make_unique<S3>(bucket); }
std::unique_ptr<Archive> OpenCloudStorage(const std::string& bucket) { return std::make_unique<CloudStorage>(bucket); }
std::unique_ptr<Archive> OpenPeer(const std::string& url) { return std::make_unique<Peer>(url); }

}  // namespace depot
