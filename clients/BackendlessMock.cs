// The mock of Backendless messaging in xunit, for .NET 6 or newer: an application, with a clock, for each test.
//
// Copy this file into your tests; `backendless-mock client dotnet` prints it. It takes the mock that runs at
// BACKENDLESS_MOCK_URL (`backendless-mock exec` sets it), or starts one that ends with this process.
//
//     public class NewsTest : IAsyncLifetime
//     {
//         private readonly BackendlessMock app = new BackendlessMock("NewsTest");
//         public Task InitializeAsync() => app.InitializeAsync();
//         public Task DisposeAsync() => app.DisposeAsync();          // the verdict, and the report if it fails
//
//         [Fact]
//         public async Task Tomorrow()
//         {
//             await new News(app.Url, app.Time).PublishTomorrow("good morning");
//             await app.Advance(TimeSpan.FromDays(1));
//             await app.Assert(new { what = "delivered", channel = "news", data = "good morning" });
//         }
//     }
//
// With xunit 3, whose IAsyncLifetime wants ValueTask, change the two return types.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

/// <summary>What did not hold, or was refused, in the mock's own words.</summary>
public sealed class BackendlessMockException : Exception
{
    public BackendlessMockException(string message) : base(message) { }
}

/// <summary>An application of the mock, with a clock of its own, from InitializeAsync to DisposeAsync.</summary>
public sealed class BackendlessMock : IAsyncLifetime
{
    private static readonly HttpClient Http = new HttpClient();
    private static readonly Lazy<string> Server = new Lazy<string>(Start);
    private readonly List<Func<DateTimeOffset, Task>> listeners = new List<Func<DateTimeOffset, Task>>();
    private readonly string label;
    private readonly object rules;

    /// <param name="label">Names it: the same one gives the same id, keys and ids of messages on every run.</param>
    /// <param name="rules">Rules of the mock, such as <c>new { strict_channels = true }</c>.</param>
    public BackendlessMock(string label, object rules = null)
    {
        this.label = label;
        this.rules = rules ?? new { };
    }

    /// <summary>For IClassFixture: one application for a class of tests.</summary>
    public BackendlessMock() : this("xunit") { }

    public string AppId { get; private set; }
    public string ApiKey { get; private set; }
    /// <summary>What REST clients put before <c>/messaging</c>.</summary>
    public string Url { get; private set; }
    /// <summary>What the SDK takes as its URL.</summary>
    public string HostUrl { get; private set; }

    public async Task InitializeAsync()
    {
        var told = await Ask("POST", "apps", new { label, rules });
        AppId = told.GetProperty("appId").GetString();
        ApiKey = told.GetProperty("apiKey").GetString();
        Url = told.GetProperty("url").GetString();
        HostUrl = told.GetProperty("hostUrl").GetString();
    }

    /// <summary>Throws what the mock saw go wrong, with its report; the application is gone in any case.</summary>
    public async Task DisposeAsync()
    {
        try { await Verify(); }
        finally { await Send("DELETE", Path(""), null); }
    }

    /// <summary>A test whose failure has the mock's report below it.</summary>
    public async Task Run(Func<Task> test)
    {
        try { await test(); }
        catch (Exception error)
        {
            throw new BackendlessMockException(error + "\n\nwhat the mock saw:\n" + await Report());
        }
    }

    /// <summary>Move the clock on; the answer has what was delivered on the way.</summary>
    public Task<JsonElement> Advance(TimeSpan by) { return Move("advance", new { by = by.TotalSeconds }); }
    public Task<JsonElement> MoveTo(DateTimeOffset to) { return Move("move-to", new { to = to.ToUnixTimeMilliseconds() }); }
    public Task<JsonElement> Next() { return Move("next", new { }); }
    public Task<JsonElement> Freeze(DateTimeOffset at) { return Move("freeze", new { at = at.ToUnixTimeMilliseconds() }); }
    public Task<JsonElement> Unfreeze() { return Move("unfreeze", new { }); }

    /// <summary>What the clock shows.</summary>
    public async Task<DateTimeOffset> Now() { return Shown(await AskApp("GET", "clock", null)); }

    /// <summary>Call <paramref name="listener"/> now, and after every move of the clock.</summary>
    public async Task OnClock(Func<DateTimeOffset, Task> listener)
    {
        await listener(await Now());
        listeners.Add(listener);
    }

#if NET8_0_OR_GREATER
    /// <summary>The mock's clock, for code that takes a TimeProvider.</summary>
    public TimeProvider Time { get { return new MockTime(this); } }

    private sealed class MockTime : TimeProvider
    {
        private readonly BackendlessMock mock;
        public MockTime(BackendlessMock mock) { this.mock = mock; }
        public override DateTimeOffset GetUtcNow() { return Task.Run(mock.Now).GetAwaiter().GetResult(); }
    }
#endif

    /// <param name="message">channel, message, and as in a publish: publishAt, headers, ...</param>
    public Task<JsonElement> Publish(object message) { return AskApp("POST", "messages", message); }
    /// <summary>Throws the text that says what is there instead.</summary>
    /// <param name="expectation">what (published, delivered, retrieved, sent), channel, data, headers, times, at, within</param>
    public Task<JsonElement> Assert(object expectation) { return AskApp("POST", "assert", expectation); }
    /// <param name="wait">what ("listeners" before publishing), channel, count, within</param>
    public Task<JsonElement> WaitFor(object wait) { return AskApp("POST", "wait", wait); }
    /// <summary>messages, scheduled, deliveries, retrieved, outbox, requests, ...</summary>
    public async Task<JsonElement> View(string what) { return (await AskApp("GET", what, null)).GetProperty("items"); }
    public Task<JsonElement> Verify() { return AskApp("POST", "verify", new { }); }
    public async Task<string> Report() { return (await Send("GET", Path("/report"), null)).Item2; }
    public Task<JsonElement> Reset() { return AskApp("POST", "reset", new { }); }
    /// <summary>Any route of this application.</summary>
    public Task<JsonElement> AskApp(string method, string path, object body) { return Ask(method, Path("/" + path), body); }

    /// <summary>Any route of the control API; GET openapi.json describes them. Throws the mock's text.</summary>
    public static async Task<JsonElement> Ask(string method, string path, object body)
    {
        var answer = await Send(method, path, body);
        var told = answer.Item2.Length == 0 ? default(JsonElement) : JsonDocument.Parse(answer.Item2).RootElement;
        if (answer.Item1 < 400) return told;
        JsonElement text, problems;
        if (told.TryGetProperty("problems", out problems))
            throw new BackendlessMockException(
                string.Join("\n", problems.EnumerateArray()) + "\n\nwhat the mock saw:\n" + told.GetProperty("report"));
        throw new BackendlessMockException(
            (told.TryGetProperty("text", out text) ? text : told.GetProperty("detail")).GetString());
    }

    private string Path(string rest) { return "apps/" + Uri.EscapeDataString(AppId) + rest; }

    private async Task<JsonElement> Move(string how, object body)
    {
        var clock = await AskApp("POST", "clock/" + how, body);
        foreach (var listener in listeners.ToList()) await listener(Shown(clock));
        return clock;
    }

    private static DateTimeOffset Shown(JsonElement clock)
    {
        return DateTimeOffset.FromUnixTimeMilliseconds(clock.GetProperty("nowMs").GetInt64());
    }

    private static async Task<Tuple<int, string>> Send(string method, string path, object body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Server.Value + "/__mock__/" + path);
        if (body != null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        var token = Environment.GetEnvironmentVariable("BACKENDLESS_MOCK_TOKEN");
        if (!string.IsNullOrEmpty(token)) request.Headers.Add("Authorization", "Bearer " + token);
        using (var response = await Http.SendAsync(request))
            return Tuple.Create((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Start()
    {
        var running = Environment.GetEnvironmentVariable("BACKENDLESS_MOCK_URL");
        if (!string.IsNullOrEmpty(running)) return running;
        var start = new ProcessStartInfo("backendless-mock", "serve --port 0 --json --until-stdin-closes")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        var line = Process.Start(start).StandardOutput.ReadLine();
        if (line == null) throw new BackendlessMockException("backendless-mock ended before it listened");
        return JsonDocument.Parse(line).RootElement.GetProperty("mockUrl").GetString();
    }
}
