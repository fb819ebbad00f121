using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>Whether a request may be served: who signed it, and whether that user may do what it names. Reads memory only.</summary>
/// <param name="options">The broker's settings.</param>
/// <param name="authorizer">Knows the users and their rules.</param>
/// <param name="isPlain">Whether ACL 1.0 is on.</param>
internal sealed class AccessGuard(BrokerOptions options, Authorizer authorizer, bool isPlain) : ICallers
{
    private readonly HashSet<int> _unsigned = Codes(options.AuthenticationWhitelist);
    private readonly HashSet<int> _unchecked = Codes(options.AuthorizationWhitelist);
    private readonly bool _authenticates = options.AuthenticationEnabled || isPlain;
    private readonly bool _authorizes = options.AuthorizationEnabled || isPlain;
    private readonly RequiredAccess _required = new(options.BrokerClusterName);

    /// <returns><see langword="null"/> when the request may be served.</returns>
    public Refusal? Check(in RequestContext context)
    {
        var request = context.Request;
        var name = request.Field("AccessKey"u8);
        var source = Source(context.Connection);
        return authorizer.Trusts(source, name)
            ? null
            : authorizer.Logged(
                new Caller(RequestCode.Describe(request.Code), source, name),
                (Signs(request) ? Authenticate(request) : null) ?? Authorize(request, Of(request, source, name)));
    }

    public Caller Of(in RequestContext context) =>
        _authorizes ? Of(context.Request, Source(context.Connection), context.Request.Field("AccessKey"u8)) : Caller.Free;

    public bool IsSuper(RemotingCommand request) =>
        _authenticates && Authenticate(request) is null && authorizer.Find(request.Field("AccessKey"u8)!) is { Type: UserType.Super };

    /// <summary>Where a request comes from.</summary>
    public static IPAddress? Source(RemotingConnection connection) =>
        connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;

    /// <summary>A code that needs no signature does not make anybody who they claim to be.</summary>
    private Caller Of(RemotingCommand request, IPAddress? source, string? name) =>
        !_authorizes || _unchecked.Contains(request.Code) || authorizer.Trusts(source, name)
            ? Caller.Free
            : new Caller(RequestCode.Describe(request.Code), source, name, Signs(request) ? null : Authenticate(request));

    private bool Signs(RemotingCommand request) => _authenticates && !_unsigned.Contains(request.Code);

    private Refusal? Authenticate(RemotingCommand request)
    {
        if (request.Field("AccessKey"u8) is not { Length: > 0 } name)
        {
            return Refused("username cannot be null: the request carries no AccessKey. Give the client an access key and a secret key.");
        }

        if (authorizer.Find(name) is not { } user)
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

    private Refusal? Authorize(RemotingCommand request, in Caller caller)
    {
        try
        {
            return caller.IsFree ? null : authorizer.Check(caller, _required.Of(request));
        }
        catch (RemotingJsonException e)
        {
            return Refused($"parse authorization context error: {e.Message}");
        }
    }

    private static Refusal Refused(string reason) => new(RefusalKind.NoPermission, reason);

    private static HashSet<int> Codes(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(code => int.TryParse(code, CultureInfo.InvariantCulture, out _))
            .Select(code => int.Parse(code, CultureInfo.InvariantCulture))];
}
