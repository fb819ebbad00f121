using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>
/// What the broker does is said in values of its own: a second protocol calls the same operations. The remoting protocol's frames, connections, headers and
/// codes stay behind one door of each feature, its folder <c>Remoting</c>.
/// </summary>
public partial class OperationTests
{
    /// <summary>Outside those folders, with the reason.</summary>
    private static readonly Dictionary<string, string> KnowTheWire = new(StringComparer.Ordinal)
    {
        ["broker/BrokerServer.cs"] = "listens, and hands the table of requests to the listener",
        ["broker/BrokerFeatures.cs"] = "makes the client of name servers",
        ["broker/Registration/NameServerLink.cs"] = "speaks to name servers, which know no other protocol",
        ["broker/Registration/RegistrationRequests.cs"] = "what is said to name servers",
        ["broker/Registration/TopicRoutes.cs"] = "asks name servers",
    };

    [Test]
    public void Operations_know_no_frame_connection_header_or_code()
    {
        var found = Repository.ShippedSources
            .Where(f => f.StartsWith("broker/", StringComparison.Ordinal) && !f.StartsWith("broker/Host/", StringComparison.Ordinal)
                && !f.Contains("/Remoting/", StringComparison.Ordinal))
            .Where(f => Repository.Lines(f).Any(l => Wire().IsMatch(l)));

        Assert.That(found, Is.EquivalentTo(KnowTheWire.Keys), "decode and encode in the feature's folder Remoting, and call an operation from there");
    }

    [Test]
    public void What_decodes_and_encodes_touches_no_log()
    {
        var found = Repository.ShippedSources
            .Where(f => f.StartsWith("broker/", StringComparison.Ordinal) && f.Contains("/Remoting/", StringComparison.Ordinal))
            .Where(f => Repository.Lines(f).Any(l => Publisher().IsMatch(l)));

        Assert.That(found, Is.Empty, "write by an operation: a second protocol could not call this");
    }

    [GeneratedRegex(@"^(?!\s*///).*\b(RemotingCommand|RemotingConnection|RequestContext|ReplyHandle|IRequestHandler|RequestTable|RequestCode|ResponseCode|\w+(Request|Response|Refused)Header(V2)?)\b")]
    private static partial Regex Wire();

    [GeneratedRegex(@"\b(MessagePublisher|MessageDraft)\b")]
    private static partial Regex Publisher();
}
