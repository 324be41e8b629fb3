// As much of the libraries of .NET 8 and of xunit as the helper uses, for a compiler that has neither.
namespace Xunit
{
    public interface IAsyncLifetime
    {
        System.Threading.Tasks.Task InitializeAsync();
        System.Threading.Tasks.Task DisposeAsync();
    }
}

namespace System
{
    public abstract class TimeProvider { public virtual DateTimeOffset GetUtcNow() { return default(DateTimeOffset); } }
}

namespace System.Text.Json
{
    public struct JsonElement
    {
        public JsonElement GetProperty(string name) { return this; }
        public bool TryGetProperty(string name, out JsonElement value) { value = this; return true; }
        public string GetString() { return ""; }
        public long GetInt64() { return 0; }
        public System.Collections.Generic.IEnumerable<JsonElement> EnumerateArray() { yield break; }
    }

    public class JsonDocument
    {
        public static JsonDocument Parse(string text) { return new JsonDocument(); }
        public JsonElement RootElement { get { return default(JsonElement); } }
    }

    public static class JsonSerializer { public static string Serialize(object value) { return ""; } }
}

namespace System.Net.Http
{
    using System.Threading.Tasks;

    public class HttpClient { public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) { return null; } }
    public class HttpMethod { public HttpMethod(string name) { } }
    public class HttpHeaders { public void Add(string name, string value) { } }
    public class HttpContent { public Task<string> ReadAsStringAsync() { return null; } }
    public class StringContent : HttpContent { public StringContent(string text, System.Text.Encoding encoding, string type) { } }

    public class HttpRequestMessage
    {
        public HttpRequestMessage(HttpMethod method, string uri) { }
        public HttpContent Content { get; set; }
        public HttpHeaders Headers { get { return null; } }
    }

    public class HttpResponseMessage : IDisposable
    {
        public HttpContent Content { get { return null; } }
        public HttpStatusCode StatusCode { get { return HttpStatusCode.OK; } }
        public void Dispose() { }
    }
}
