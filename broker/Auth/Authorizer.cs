using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Broker.Auth;

/// <summary>Whether a user may do what an operation does, by the rules that are kept for it. Reads memory only.</summary>
internal sealed class Authorizer(UserTable users, AccessLists lists, PlainAcl? plain, ILogger<Authorizer> logger) : IAuthorizer
{
    public Refusal? Check(in Caller caller, AccessAction actions, string topic, string? group = null)
    {
        if (caller.IsFree)
        {
            return null;
        }

        var needed = new List<Access>(1);
        NeededAccess.AddTopic(needed, topic, actions, group);
        return Logged(caller, Check(caller, needed));
    }

    /// <summary>Whether a caller may do all of this.</summary>
    public Refusal? Check(in Caller caller, List<Access> needed)
    {
        if (caller.IsFree || needed.Count == 0)
        {
            return null;
        }

        if (caller.Name is not { Length: > 0 } name)
        {
            return Refused($"Nobody has permission without an AccessKey: request {caller.Asks} needs {needed[0]}.");
        }

        if (Find(name) is not { } user)
        {
            return Refused($"User:{NameRule.Shown(name)} not found.");
        }

        if (caller.Unproven is { } impostor)
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
            var rule = list?.Decide(access, caller.Source);
            if (rule is not { Decision: Decision.Allow })
            {
                return Refused(
                    $"User:{name} has no permission to access {access.Resource} from {caller.Source}, {(rule is null ? "no matched policies." : "the decision is deny.")} Needed is {access}.");
            }
        }

        return null;
    }

    public User? Find(string name) => plain?.Find(name)?.User ?? users.Find(name);

    /// <summary>Whether anything is asked of who comes from there.</summary>
    public bool Trusts(IPAddress? source, string? name) => plain?.Trusts(source, name) == true;

    public Refusal? Logged(in Caller caller, Refusal? refusal)
    {
        if (refusal is not null)
        {
            Log.AccessDenied(logger, caller.Asks, caller.Source, PlainText.Of(refusal.Reason));
        }

        return refusal;
    }

    private static Refusal Refused(string reason) => new(RefusalKind.NoPermission, reason);
}
