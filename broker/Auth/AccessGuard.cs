using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>Whether a request may be served: who signed it, and whether that user may do what it asks. Reads memory only.</summary>
internal sealed class AccessGuard(BrokerOptions options, UserTable users, AccessLists lists, PlainAcl? plain, ILogger<AccessGuard> logger)
    : IAuthorizer
{
    private readonly HashSet<int> _unsigned = Codes(options.AuthenticationWhitelist);
    private readonly HashSet<int> _unchecked = Codes(options.AuthorizationWhitelist);
    private readonly bool _authenticates = options.AuthenticationEnabled || plain is not null;
    private readonly bool _authorizes = options.AuthorizationEnabled || plain is not null;
    private readonly RequiredAccess _required = new(options.BrokerClusterName);

    /// <returns><see langword="null"/> when the request may be served.</returns>
    public Refusal? Check(RemotingCommand request, IPAddress? source)
    {
        if (plain?.Trusts(source, request.Field("AccessKey"u8)) == true)
        {
            return null;
        }

        return Logged(
            request, source,
            (Signs(request) ? Authenticate(request) : null) ?? (_authorizes && !_unchecked.Contains(request.Code) ? Authorize(request, source) : null));
    }

    public Refusal? Check(in RequestContext context, AccessAction actions, string topic, string? group = null)
    {
        var request = context.Request;
        if (!_authorizes || _unchecked.Contains(request.Code))
        {
            return null;
        }

        var source = Source(context.Connection);
        return plain?.Trusts(source, request.Field("AccessKey"u8)) == true
            ? null
            : Logged(request, source, Authorize(request, RequiredAccess.Of(actions, topic, group), source));
    }

    public bool IsSuper(RemotingCommand request) =>
        _authenticates && Authenticate(request) is null && Find(request.Field("AccessKey"u8)!) is { Type: UserType.Super };

    /// <summary>Where a request comes from.</summary>
    public static IPAddress? Source(RemotingConnection connection) =>
        connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;

    private bool Signs(RemotingCommand request) => _authenticates && !_unsigned.Contains(request.Code);

    private Refusal? Logged(RemotingCommand request, IPAddress? source, Refusal? refusal)
    {
        if (refusal is not null)
        {
            Log.AccessDenied(logger, request.Code, source, PlainText.Of(refusal.Reason));
        }

        return refusal;
    }

    private Refusal? Authenticate(RemotingCommand request)
    {
        if (request.Field("AccessKey"u8) is not { Length: > 0 } name)
        {
            return Refused("username cannot be null: the request carries no AccessKey. Give the client an access key and a secret key.");
        }

        if (Find(name) is not { } user)
        {
            return Refused($"User:{NameRule.Shown(name)} is not found.");
        }

        if (user.Status == UserStatus.Disable)
        {
            return Refused($"User:{name} is disabled.");
        }

        var expected = AccessCredentials.Compute(request.Fields!, request.Body, request.Version, user.Key);
        return request.Field("Signature"u8) is { } signature
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature))
                ? null
                : Refused($"check signature failed. The secret key of User:{name} is another, or the request was changed on its way.");
    }

    private Refusal? Authorize(RemotingCommand request, IPAddress? source)
    {
        try
        {
            return Authorize(request, _required.Of(request), source);
        }
        catch (RemotingJsonException e)
        {
            return Refused($"parse authorization context error: {e.Message}");
        }
    }

    private Refusal? Authorize(RemotingCommand request, List<Access> needed, IPAddress? source)
    {
        if (needed.Count == 0)
        {
            return null;
        }

        if (request.Field("AccessKey"u8) is not { Length: > 0 } name)
        {
            return Refused($"Nobody has permission without an AccessKey: request {RequestCode.Describe(request.Code)} needs {needed[0]}.");
        }

        if (Find(name) is not { } user)
        {
            return Refused($"User:{NameRule.Shown(name)} not found.");
        }

        // A code that needs no signature does not make anybody who they claim to be.
        if (!Signs(request) && Authenticate(request) is { } impostor)
        {
            return impostor;
        }

        if (user.Type == UserType.Super)
        {
            return null;
        }

        var list = plain?.Find(name)?.Rules ?? lists.OfUser(name);
        foreach (var access in needed)
        {
            var rule = list?.Decide(access, source);
            if (rule is not { Decision: Decision.Allow })
            {
                return Refused(
                    $"User:{name} has no permission to access {access.Resource} from {source}, {(rule is null ? "no matched policies." : "the decision is deny.")} Needed is {access}.");
            }
        }

        return null;
    }

    private User? Find(string name) => plain?.Find(name)?.User ?? users.Find(name);

    private static Refusal Refused(string reason) => new(ResponseCode.NoPermission, reason);

    private static HashSet<int> Codes(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(code => int.TryParse(code, CultureInfo.InvariantCulture, out _))
            .Select(code => int.Parse(code, CultureInfo.InvariantCulture))];
}
